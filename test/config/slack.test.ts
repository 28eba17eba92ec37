import type { Environment } from '../../src/config';
import { given, liveWorld, problemsOf, realSlack, testWorld } from './settings';

describe('Slack', () => {
  test('Socket Mode wins when both modes are set', () => {
    const both = { ...realSlack, SLACK_SIGNING_SECRET: 'shh' };
    expect(given(both, 'start').slack).toEqual({
      mode: 'socket',
      botToken: 'xoxb-1-bot',
      appToken: 'xapp-1-app',
      sockets: 2,
      channel: 'C0BILLING',
      apiUrl: undefined,
    });
    expect(given({ ...both, SLACK_APP_TOKEN: '' }, 'start').slack).toMatchObject({
      mode: 'http',
      signingSecret: 'shh',
    });
  });

  test.each<[string, Environment, string]>([
    ['a bot token alone', { SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both missing'],
    ['an app token alone', { SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN is missing and SLACK_APP_TOKEN is set'],
    [
      'a signing secret alone',
      { SLACK_SIGNING_SECRET: 's' },
      'SLACK_BOT_TOKEN is missing and SLACK_SIGNING_SECRET is set',
    ],
    ['the tokens swapped', { SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xapp-2' }, 'begins with xapp-'],
  ])('%s is an error that names the partner, for every command', (_, env, sentence) => {
    expect(problemsOf(env)).toEqual([expect.stringContaining(sentence)]);
  });

  test('only `start` asks for a channel', () => {
    const { SLACK_CHANNEL, ...tokens } = realSlack;
    expect(problemsOf(tokens, 'start')).toEqual([expect.stringMatching(/^SLACK_CHANNEL is missing/)]);
    expect(given(tokens, 'cycle').slack).toBeUndefined();
  });

  test('the sandbox may talk to the real Slack, the test world to the local workspace', () => {
    expect(given(realSlack, 'start')).toMatchObject({ realm: 'sandbox', slack: { mode: 'socket' } });
    expect(given(testWorld, 'start')).toMatchObject({ realm: 'test', slack: undefined });
  });

  test('live keys refuse the local workspace, by its address as by its absence', () => {
    const local = { ...liveWorld, ...realSlack, SLACK_API_URL: 'http://localhost:3010/api' };
    expect(problemsOf(local, 'start')).toEqual([
      expect.stringMatching(
        /^SLACK_API_URL "http:\/\/localhost:3010\/api" is a workspace on this machine and the PG keys are live/,
      ),
    ]);
    expect(problemsOf(liveWorld, 'start')).toEqual([expect.stringMatching(/live and no Slack credentials are set/)]);
    expect(given(liveWorld, 'cycle')).toMatchObject({ realm: 'live', slack: undefined });
    expect(given({ ...testWorld, ...realSlack, SLACK_API_URL: 'http://localhost:3010/api' }).slack?.apiUrl).toBe(
      'http://localhost:3010/api/',
    );
  });

  test('people and groups are told apart', () => {
    expect(given({ BILLING_OPERATORS: 'U0ALICE, S0OPS,W0BOB,U0ALICE' }).operators).toEqual({
      users: ['U0ALICE', 'W0BOB'],
      groups: ['S0OPS'],
    });
  });
});
