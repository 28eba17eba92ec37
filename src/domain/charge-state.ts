// The states of a charge, and every move that is allowed between them. The test is the same table.

export type Transitions = Readonly<Record<ChargeState, readonly ChargeState[]>>;

export const chargeStates = [
  'DUE',
  'CHARGING',
  'UNKNOWN',
  'RETRY_WAIT',
  'FAILED',
  'HELD',
  'ADJUDICATION',
  'CANCELED',
  'PAID',
  'REFUNDING',
  'PARTLY_REFUNDED',
  'REFUND_UNKNOWN',
  'REFUNDED',
] as const;
export type ChargeState = (typeof chargeStates)[number];

/** Where each state may go. "Late proof": an approval that turns up is recorded whatever the state, so every unpaid state may become PAID. */
export const next = {
  DUE: ['CHARGING', 'HELD', 'CANCELED', 'PAID'],
  CHARGING: ['PAID', 'RETRY_WAIT', 'FAILED', 'UNKNOWN', 'DUE', 'HELD'],
  UNKNOWN: ['PAID', 'RETRY_WAIT', 'FAILED', 'CHARGING', 'ADJUDICATION', 'REFUNDED'],
  RETRY_WAIT: ['CHARGING', 'FAILED', 'HELD', 'CANCELED', 'PAID'],
  FAILED: ['CHARGING', 'RETRY_WAIT', 'CANCELED', 'PAID'],
  HELD: ['DUE', 'RETRY_WAIT', 'CANCELED', 'PAID'],
  ADJUDICATION: ['PAID', 'RETRY_WAIT', 'FAILED', 'REFUNDED'],
  CANCELED: ['DUE', 'PAID'],
  PAID: ['REFUNDING', 'REFUNDED', 'PARTLY_REFUNDED'],
  REFUNDING: ['REFUNDED', 'PARTLY_REFUNDED', 'PAID', 'REFUND_UNKNOWN'],
  PARTLY_REFUNDED: ['REFUNDING', 'REFUNDED'],
  REFUND_UNKNOWN: ['REFUNDED', 'PARTLY_REFUNDED', 'PAID'],
  REFUNDED: [],
} as const satisfies Transitions;

/** Nothing has been captured for it, as far as we know. */
export const unpaidStates = [
  'DUE',
  'CHARGING',
  'UNKNOWN',
  'RETRY_WAIT',
  'FAILED',
  'HELD',
  'ADJUDICATION',
  'CANCELED',
] as const satisfies readonly ChargeState[];

/** An attempt of it may be alive at the PG. */
export const openStates = ['CHARGING', 'UNKNOWN', 'ADJUDICATION'] as const satisfies readonly ChargeState[];

export const isUnpaid = (state: ChargeState): boolean => (unpaidStates as readonly ChargeState[]).includes(state);
export const isOpen = (state: ChargeState): boolean => (openStates as readonly ChargeState[]).includes(state);
export const mayMove = (from: ChargeState, to: ChargeState): boolean =>
  (next[from] as readonly ChargeState[]).includes(to);
