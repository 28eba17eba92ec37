import { given } from './settings';

describe('a variable that nobody reads is said aloud when it looks like a slip of the hand', () => {
  test.each([
    ['BILLING_TIMEZONE', 'BILLING_TIME_ZONE'],
    ['SLACK_CHANEL', 'SLACK_CHANNEL'],
    ['SLACK_CHANNEL_ID', 'SLACK_CHANNEL'],
    ['TOSS_SECRET', 'TOSS_SECRET_KEY'],
    ['PG_RATES', 'PG_RATE'],
    ['database_url', 'DATABASE_URL'],
    ['GUARD_DAY', 'GUARD_DAYS'],
  ])('%s was meant to be %s', (typed, meant) => {
    expect(given({ [typed]: 'x' }).warnings).toEqual([`${typed} is not read; did you mean ${meant}?`]);
  });

  test("other programs' variables are nobody's slip", () => {
    expect(
      given({
        PGHOST: 'x',
        SLACK_CLI_XOXB: 'x',
        PATH: '/bin',
        BILLINGS: 'x',
        BILLING_TEAM: 'x',
        SLACK_COLOR: 'x',
        NODE_ENV: 'test',
        PORTS: '1',
      }).warnings,
    ).toEqual([]);
  });
});
