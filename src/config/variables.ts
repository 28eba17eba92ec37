// Every variable this program reads, in the order in which the documents list them.

export interface Variable {
  /** What holds when it is unset, written as a person would write it. */
  readonly standard?: string;
  /** What holds in the sandbox instead: a world of seconds, in which nothing waits for anybody. */
  readonly sandbox?: string;
  /** No message may show its value. */
  readonly secret?: true;
}

export const variables = {
  DATABASE_URL: { standard: 'sqlite:data/billing.db', secret: true },
  SLACK_BOT_TOKEN: { secret: true },
  SLACK_APP_TOKEN: { secret: true },
  SLACK_SIGNING_SECRET: { secret: true },
  SLACK_API_URL: {},
  SLACK_SOCKETS: { standard: '2' },
  SLACK_CHANNEL: {},
  BILLING_OPERATORS: {},
  BILLING_APPROVERS: {},
  BILLING_READERS: {},
  REFUND_APPROVAL_FROM: { standard: '100000' },
  TOSS_SECRET_KEY: { secret: true },
  TOSS_CLIENT_KEY: { secret: true },
  TOSS_API_URL: { standard: 'https://api.tosspayments.com' },
  INICIS_MID: {},
  INICIS_API_KEY: { secret: true },
  INICIS_API_IV: { secret: true },
  INICIS_SIGN_KEY: { secret: true },
  INICIS_CLIENT_IP: {},
  INICIS_URL: {},
  INICIS_API_URL: { standard: 'https://iniapi.inicis.com' },
  INICIS_ORDER_DEDUP: { standard: 'false' },
  BILLING_KEY_SECRET: { secret: true },
  BILLING_TIME: { standard: '10:00' },
  BILLING_TIME_ZONE: { standard: 'Asia/Seoul' },
  BILLING_CATCH_UP_DAYS: { standard: '7' },
  PG_TIMEOUT_MS: { standard: '65000' },
  PG_PROCESSING_MS: { standard: '60000', sandbox: '3000' },
  PG_CONCURRENCY: { standard: '32' },
  PG_RATE: {},
  RESOLVE_LADDER: { standard: '90s,5m,30m,2h,12h,24h', sandbox: '5s,10s,20s' },
  RETRY_LADDER: { standard: '1d,3d,5d', sandbox: '30s' },
  HOST: { standard: '127.0.0.1' },
  PORT: { standard: '3000' },
  PUBLIC_URL: {},
  DATA_DIR: { standard: 'data' },
  GUARD_DAYS: { standard: '20', sandbox: '0' },
  GUARD_CHANGE_PERCENT: { standard: '30', sandbox: '0' },
  GUARD_MIN_SUBSCRIPTIONS: { standard: '20', sandbox: '0' },
  COMPANY_NAME: {},
  PG_FALLBACK: { standard: 'false' },
  TRUST_PROXY: { standard: 'false' },
  NOTIFY_SUCCESS: { standard: 'summary' },
  LOCALE: { standard: 'ko' },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

export const variableNames = Object.keys(variables) as VariableName[];

/** Those whose values no message may show. */
export const secretNames = variableNames.filter((name) => 'secret' in variables[name]);

/** Variables that something holds for even when they are unset. */
export type SettledName = {
  [Name in VariableName]: (typeof variables)[Name] extends { standard: string } ? Name : never;
}[VariableName];
