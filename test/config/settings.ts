// Environments to read, and what comes of reading one.

import { type Config, ConfigError, type Environment, readConfig } from '../../src/config';

export const cwd = '/srv/billing';
export const keySecret = Buffer.alloc(32, 7).toString('base64');

/** The least that a world outside the sandbox needs. */
export const testWorld = { TOSS_SECRET_KEY: 'test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R', BILLING_KEY_SECRET: keySecret };
export const liveWorld = { TOSS_SECRET_KEY: 'live_sk_0123456789abcdefABCDEF', BILLING_KEY_SECRET: keySecret };
export const inicisWorld = {
  INICIS_MID: 'INIBillTst',
  INICIS_API_KEY: 'rKnPljRn5m6J9Mzz',
  INICIS_CLIENT_IP: '203.0.113.7',
  INICIS_URL: 'www.example.com',
  BILLING_KEY_SECRET: keySecret,
};
export const realSlack = { SLACK_BOT_TOKEN: 'xoxb-1-bot', SLACK_APP_TOKEN: 'xapp-1-app', SLACK_CHANNEL: 'C0BILLING' };

export const given = (env: Environment, command = 'status'): Config => readConfig({ env, cwd, command });

export function problemsOf(env: Environment, command = 'status'): readonly string[] {
  try {
    given(env, command);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
