// At the end of a run: which suites were not run because this machine has no MariaDB, and how to add it. A skipped
// test scrolls by unseen otherwise.

const { relative } = require('node:path');

const needsMariadb = /, on MariaDB( |$)/;

module.exports = class UnrunReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const unrun = new Map();
    for (const file of results.testResults) {
      const skipped = file.testResults.filter(
        (test) => test.status === 'pending' && needsMariadb.test(test.ancestorTitles.join(' ')),
      );
      if (skipped.length > 0) unrun.set(relative(this.rootDir, file.testFilePath), skipped.length);
    }
    if (unrun.size === 0) return;
    const lines = [...unrun].map(([file, count]) => `  ${file}: ${count}`);
    process.stderr.write(
      `\nNot run, because no MariaDB is installed:\n${lines.join('\n')}\n` +
        'To run them, install a server (it is started privately by the tests, no service is needed):\n' +
        '  Debian: apt-get install mariadb-server · macOS: brew install mariadb\n',
    );
  }
};
