const UnrunReporter = require('./unrun-reporter.js');

/** What the reporter writes after a run in which these tests ended so. */
function written(...tests: { ancestorTitles: string[]; status: string }[]): string {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const results = { testResults: [{ testFilePath: '/project/test/records/desk.test.ts', testResults: tests }] };
    new UnrunReporter({ rootDir: '/project' }).onRunComplete(new Set(), results);
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
}

const onMariadb = ['claims, on MariaDB', 'two clicks'];

test('what was not run for want of MariaDB is said at the end, with the way to add it', () => {
  const said = written(
    { ancestorTitles: onMariadb, status: 'pending' },
    { ancestorTitles: onMariadb, status: 'pending' },
  );
  expect(said).toContain('test/records/desk.test.ts: 2');
  expect(said).toContain('apt-get install mariadb-server');
});

test('a run in which everything ran says nothing', () => {
  expect(written({ ancestorTitles: onMariadb, status: 'passed' })).toBe('');
  expect(written({ ancestorTitles: ['claims, on SQLite'], status: 'pending' })).toBe('');
});
