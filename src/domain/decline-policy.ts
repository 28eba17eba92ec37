// What follows a decline, by its class, and how often a card may be tried at all.

import type { BillingTime } from './calendar';
import { type LadderStep, outsideMaintenance, stepAt } from './ladder';
import type { DeclineClass } from './outcome';

/** Who starts an attempt: the cycle and the ladder, or a person. */
export type StartedBy = 'machine' | 'person';

/** One declined attempt, as far as budgets count it. */
export interface Decline {
  readonly class: DeclineClass;
  readonly startedBy: StartedBy;
  readonly billingKeyId: string;
}

/** Budgets count declines: not approvals, not what was never sent, not the merchant's own faults, not re-sends. A new billing key starts anew. */
export const budgets = {
  perCharge: { machine: 4, person: 4 },
  perBillingKey: { declines: 15, days: 30 },
} as const;

/** What the rules of retrying need from the settings. */
export interface RetryPolicy {
  readonly retryLadder: readonly LadderStep[];
  readonly billingTime: BillingTime;
  /** The sandbox keeps no hours. */
  readonly keepsHours: boolean;
}

export type Rule = 'ladder' | 'soon-then-ladder' | 'twice' | 'never';

/** What a machine may do after a final decline of each class. `merchant` and `duplicate` never come here: one holds the PG, the other is asked about. */
export const ruleOf = {
  funds: 'ladder',
  temporary: 'soon-then-ladder',
  card: 'never',
  issuer: 'twice',
  record: 'never',
  merchant: 'never',
  unclassified: 'never',
  duplicate: 'never',
} as const satisfies Record<DeclineClass, Rule>;

/** Trouble at a PG is over in an hour, or in four; then it is treated like an empty account. */
const soonMs = [3_600_000, 4 * 3_600_000] as const;
const issuerTries = 2;

/** Whether this card's declines leave room for one more attempt of this kind. */
export function budgetLeft(
  by: StartedBy,
  billingKeyId: string,
  declines: readonly Decline[],
  keyDeclinesLately: number,
): boolean {
  const used = declines.filter((decline) => counts(decline, billingKeyId) && decline.startedBy === by).length;
  return used < budgets.perCharge[by] && keyDeclinesLately < budgets.perBillingKey.declines;
}

/** Whether this decline uses up a budget of this billing key. */
const counts = (decline: Decline, billingKeyId: string): boolean =>
  decline.billingKeyId === billingKeyId && decline.class !== 'merchant';

/**
 * When the machine tries again after a final decline, or undefined when it does not.
 * `declines` are all declined attempts of the charge, the newest last and included.
 */
export function retryAfter(
  policy: RetryPolicy,
  declines: readonly Decline[],
  firstFailedAt: Date,
  now: Date,
  keyDeclinesLately: number,
): Date | undefined {
  const latest = declines.at(-1);
  if (!latest || !budgetLeft('machine', latest.billingKeyId, declines, keyDeclinesLately)) return undefined;
  const ofClass = declines.filter(
    (decline) => decline.class === latest.class && decline.billingKeyId === latest.billingKeyId,
  ).length;
  const at = chosenInstant(ruleOf[latest.class], policy, declines, ofClass, firstFailedAt, now);
  return at && policy.keepsHours ? outsideMaintenance(at) : at;
}

function chosenInstant(
  rule: Rule,
  policy: RetryPolicy,
  declines: readonly Decline[],
  ofClass: number,
  from: Date,
  now: Date,
): Date | undefined {
  switch (rule) {
    case 'never':
      return undefined;
    case 'twice':
      return ofClass <= issuerTries ? ladderInstant(policy, declines, from, now) : undefined;
    case 'soon-then-ladder': {
      const soon = soonMs[ofClass - 1];
      return soon === undefined ? ladderInstant(policy, declines, from, now) : new Date(now.getTime() + soon);
    }
    case 'ladder':
      return ladderInstant(policy, declines, from, now);
  }
}

/** The first step of the ladder that the machine has not used on this card and that still lies ahead. What was tried again soon used no step. */
function ladderInstant(policy: RetryPolicy, declines: readonly Decline[], from: Date, now: Date): Date | undefined {
  const latest = declines.at(-1);
  const byMachine = declines.filter(
    (decline) => decline.startedBy === 'machine' && latest && counts(decline, latest.billingKeyId),
  );
  const before = byMachine.slice(0, -1);
  const soon = Math.min(soonMs.length, before.filter((decline) => ruleOf[decline.class] === 'soon-then-ladder').length);
  return policy.retryLadder
    .slice(before.length - soon)
    .map((step) => stepAt(step, from, policy.billingTime))
    .find((at) => at > now);
}
