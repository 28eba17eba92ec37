/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/mariadb-setup.ts',
  globalTeardown: '<rootDir>/test/support/mariadb-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/unrun-reporter.js'],
  testTimeout: 30_000,
  watchman: false,
};
