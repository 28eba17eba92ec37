// Who and what this workspace consists of. The ids never change, so that a test, a manual and two browser windows mean
// the same people.

export const team = { id: 'T0BILLING01', domain: 'billing-sandbox', name: '정기결제 연습실' } as const;

export const bot = {
  appId: 'A0BILLING01',
  botId: 'B0BILLING01',
  userId: 'U0BILLINGBT',
  handle: 'billing-bot',
  name: '정기결제 봇',
} as const;

/** Bolt may be given these as they are; nothing else is let in. */
export const botToken = 'xoxb-local-workspace-bot-token';
export const appToken = 'xapp-1-A0BILLING01-local-workspace-app-token';

/** Slack still sends this deprecated token in every payload; nobody should look at it. */
export const verificationToken = 'local-workspace-verification';

export interface User {
  readonly id: string;
  /** The handle, as in the `user_name` of a slash command. */
  readonly handle: string;
  readonly name: string;
  /** What the person is here for; shown in the switcher of the page only. */
  readonly role: string;
}

export const users = {
  operator: { id: 'U0OPERATOR1', handle: 'seojun.lee', name: '이서준', role: '담당자' },
  approver: { id: 'U0APPROVER1', handle: 'jimin.park', name: '박지민', role: '승인자' },
  outsider: { id: 'U0OUTSIDER1', handle: 'yujin.choi', name: '최유진', role: '외부인' },
} as const satisfies Record<string, User>;

export const everyUser: readonly User[] = Object.values(users);
export const userOf = (id: string): User | undefined => everyUser.find((user) => user.id === id);

/** Somebody of another company, as Slack Connect lets them in. */
export const stranger = {
  id: 'U0STRANGER1',
  handle: 'stranger',
  name: '다른 회사 사람',
  teamId: 'T0STRANGERS',
  teamDomain: 'another-company',
} as const;

export const userGroup = {
  id: 'S0BILLING01',
  handle: 'billing-ops',
  members: [users.operator.id, users.approver.id],
} as const;

/** The channel the bot works in. */
export const channel = 'C0BILLING01';
/** A channel nobody invited the bot to. */
export const otherChannel = 'C0GENERAL01';

export const channelNames: Readonly<Record<string, string>> = { [channel]: '정기결제', [otherChannel]: '일반' };
