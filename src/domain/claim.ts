// The claim: the decision that opens a transmission. After its commit a crash leaves a question with a date on it.

import { orderIdOf } from './charge-id';
import type { Actor } from './history';
import { type Asker, type Obstacle, obstacle } from './last-look';
import {
  type Attempt,
  type BillingKeyView,
  type Change,
  type Charge,
  type Decision,
  type HeldReason,
  moved,
  openAttempt,
  type PgTerms,
  type Picture,
  type Policy,
  rowsAboutAttempt,
} from './picture';

/** What a claim is for. */
export type ClaimWhy = 'first' | 'ladder' | 'person' | 'resend' | 'probe';

export interface ClaimRequest {
  /** Made before the first try; becomes the id of the REQUESTED row. */
  readonly id: string;
  readonly why: ClaimWhy;
  readonly actor: Actor;
  readonly openable: (secretId: string) => boolean;
  /** What the person saw who asked; a charge that moved since is not touched. */
  readonly expectVersion?: number;
  /** A row id for the FAILED row of an unsent attempt that this claim closes. */
  readonly closingRowId: string;
}

/** What the caller may now transmit: exactly once, within ten seconds. */
export interface Transmission {
  readonly id: string;
  readonly charge: Charge;
  readonly attempt: Attempt;
  readonly orderName: string;
  readonly customerKey: string;
  readonly sealed: string;
  readonly secretId: string;
  readonly customer: Picture['customer'];
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly transmission: Transmission }
  | { readonly kind: 'held'; readonly reason: HeldReason }
  | { readonly kind: 'wait'; readonly until: Date | null }
  /** The PG has to be asked about the order before it is sent again. */
  | { readonly kind: 'ask-first' }
  /** The charge is not what the caller took it for: somebody else was first, or it is paid. */
  | { readonly kind: 'passed' }
  /** A person asked and the rules say no. */
  | { readonly kind: 'refused'; readonly reason: HeldReason };

/** How long a held charge waits before the sweeper looks again by itself, whatever let it go meanwhile. */
const heldLookMs = 3_600_000;

const statesFor = {
  first: ['DUE'],
  ladder: ['RETRY_WAIT'],
  person: ['FAILED', 'RETRY_WAIT'],
  resend: ['UNKNOWN'],
  probe: ['DUE', 'HELD'],
} as const satisfies Record<ClaimWhy, readonly Charge['state'][]>;

/** Takes the charge for one transmission, or says what stands in the way. */
export function claim(
  seen: Picture,
  pg: PgTerms | undefined,
  policy: Policy,
  request: ClaimRequest,
): Decision<ClaimResult> {
  if (!isForThis(seen, request)) return { result: { kind: 'passed' } };
  const picture = request.why === 'probe' && seen.charge.state === 'HELD' ? letGo(seen) : seen;
  const { charge } = picture;
  const key = request.why === 'resend' ? picture.attemptKey : picture.billingKey;
  if (key === null) return { result: { kind: 'passed' } };
  if (key.pgProvider !== charge.pgProvider) return changedPg(picture);
  if (
    (request.why === 'first' || request.why === 'ladder') &&
    charge.watchAt !== null &&
    charge.watchAt > picture.now
  ) {
    return { result: { kind: 'wait', until: charge.watchAt } };
  }
  const asker: Asker = {
    startedBy: request.why === 'person' ? 'person' : 'machine',
    probe: request.why === 'probe',
    resend: request.why === 'resend' || goesAgain(openAttempt(picture.attempts), key, pg),
  };
  const found = obstacle(picture, pg, request.openable(key.secretId), asker);
  if (found) return stopped(picture, found, request);
  if (pg === undefined) throw new Error(`charge ${charge.id} passed its last look without a PG`);
  return request.why === 'resend' ? resend(picture, key, pg, policy, request) : send(picture, key, pg, policy, request);
}

/** Whether the charge is what the caller took it for, and unpaid as far as anybody knows. */
function isForThis({ charge, attempts, surpluses }: Picture, request: ClaimRequest): boolean {
  const rightState = (statesFor[request.why] as readonly string[]).includes(charge.state);
  const probed = request.why !== 'probe' || charge.state === 'DUE' || charge.heldReason === 'BREAKER';
  const seen = request.expectVersion === undefined || request.expectVersion === charge.version;
  return rightState && probed && seen && !isCaptured(attempts, surpluses);
}

/** The PG holds money for this charge. What was captured too much and went back is as if it had never been. */
export const isCaptured = (attempts: Picture['attempts'], surpluses: Picture['surpluses']): boolean =>
  surpluses.some((one) => one.status !== 'REFUNDED') ||
  attempts.some(
    (attempt) =>
      attempt.status === 'APPROVED' &&
      !surpluses.some((one) => one.status === 'REFUNDED' && one.paymentKey === attempt.paymentKey),
  );

/** The picture as if the breaker had let go of this one charge. */
const letGo = (picture: Picture): Picture => ({
  ...picture,
  charge: moved(picture.charge, picture.charge.heldFrom ?? 'DUE', picture.now),
});

/** The customer's key moved to another PG since planning: the charge follows, and is picked up there. */
function changedPg(picture: Picture): Decision<ClaimResult> {
  const charge = { ...picture.charge, pgProvider: picture.billingKey.pgProvider };
  return { result: { kind: 'wait', until: null }, change: { charge } };
}

function stopped(picture: Picture, found: Obstacle, request: ClaimRequest): Decision<ClaimResult> {
  if (found.kind === 'wait') return { result: found };
  if (request.why === 'person') return { result: { kind: 'refused', reason: found.reason } };
  if (request.why === 'resend') return { result: { kind: 'held', reason: found.reason } };
  return {
    result: { kind: 'held', reason: found.reason },
    change: { charge: setAside(picture, found.reason), tell: true },
  };
}

/** The charge, held for this reason, remembering where it came from. */
export function setAside(picture: Picture, heldReason: HeldReason): Charge {
  const { charge, now } = picture;
  const heldFrom = charge.state === 'RETRY_WAIT' ? 'RETRY_WAIT' : 'DUE';
  return moved(charge, 'HELD', new Date(now.getTime() + heldLookMs), { heldReason, heldFrom });
}

/** What the sweeper does with a held charge: lets it go when nothing is in the way any more, or notes what is now. */
export function release(picture: Picture, pg: PgTerms | undefined, openable: boolean): Decision<'released' | 'held'> {
  const { charge, billingKey, now } = picture;
  if (charge.state !== 'HELD') return { result: 'held' };
  const free = moved(charge, charge.heldFrom ?? 'DUE', now, { pgProvider: billingKey.pgProvider });
  // What stood in its way at a PG that its customer has left says nothing: the claim looks at the one of today's card.
  const left = billingKey.pgProvider !== charge.pgProvider;
  const resend = goesAgain(openAttempt(picture.attempts), billingKey, pg);
  const found = left ? undefined : obstacle(picture, pg, openable, { startedBy: 'machine', resend });
  if (found?.kind !== 'hold') return { result: 'released', change: { charge: free, tell: true } };
  const watchAt = new Date(now.getTime() + heldLookMs);
  return { result: 'held', change: { charge: { ...charge, heldReason: found.reason, watchAt } } };
}

/** Sends the open attempt again when every transmission so far provably never left and it still is the same order, else opens the next one. */
function send(
  picture: Picture,
  key: BillingKeyView,
  pg: PgTerms,
  policy: Policy,
  request: ClaimRequest,
): Decision<ClaimResult> {
  const { charge, now } = picture;
  const open = openAttempt(picture.attempts);
  if (open?.doubtful) return { result: { kind: 'passed' } };
  const same = goesAgain(open, key, pg);
  if (same && open?.freshKeyDue && open.resendFrom === null) return { result: { kind: 'ask-first' } };
  if (same && open) return transmitted(picture, key, policy, request, again(open, request, now, 0));
  const attemptNo = charge.attempts + 1;
  const attempt: Attempt = {
    orderId: orderIdOf(charge.id, attemptNo),
    chargeId: charge.id,
    customerId: charge.customerId,
    attemptNo,
    billingKeyId: key.id,
    pgProvider: key.pgProvider,
    merchant: pg.merchant,
    amount: charge.amount,
    startedBy: request.why === 'person' ? 'person' : 'machine',
    status: 'OPEN',
    transmissions: 1,
    firstSentAt: now,
    sentAt: now,
    transmissionId: request.id,
    ended: false,
    doubtful: false,
    resolveStep: 0,
    resendFrom: null,
    believeYesFrom: null,
    idempotencySuffix: 0,
    freshKeyDue: false,
    declineClass: null,
    declineCode: null,
    declineMessage: null,
    paymentKey: null,
    approvedAt: null,
    card: null,
    closedAt: null,
  };
  return transmitted(picture, key, policy, request, attempt, open && closedUnsent(picture, open, request.closingRowId));
}

/** The open attempt is still what would be sent: the same card, the same merchant. */
const goesAgain = (open: Attempt | undefined, key: BillingKeyView, pg: PgTerms | undefined): boolean =>
  open !== undefined && open.billingKeyId === key.id && open.merchant === pg?.merchant;

/** The same order once more, after the PG said that it does not know it: only here, only inside the PG's window, only under the same merchant. */
function resend(
  picture: Picture,
  key: BillingKeyView,
  pg: PgTerms,
  policy: Policy,
  request: ClaimRequest,
): Decision<ClaimResult> {
  const { now } = picture;
  const open = openAttempt(picture.attempts);
  if (!open || !mayResend(open, pg, now)) return { result: { kind: 'passed' } };
  return transmitted(picture, key, policy, request, again(open, request, now, 1));
}

/** Whether this attempt may be transmitted again after an unclear end. */
export function mayResend(attempt: Attempt, pg: PgTerms, now: Date): boolean {
  const insideWindow = now.getTime() - attempt.firstSentAt.getTime() < pg.resendWindowMs;
  return (
    attempt.resendFrom !== null && attempt.merchant === pg.merchant && insideWindow && attempt.declineClass === null
  );
}

function again(open: Attempt, request: ClaimRequest, now: Date, stepsUsed: number): Attempt {
  return {
    ...open,
    transmissions: open.transmissions + 1,
    sentAt: now,
    transmissionId: request.id,
    ended: false,
    resolveStep: open.resolveStep + stepsUsed,
    resendFrom: null,
    idempotencySuffix: open.idempotencySuffix + (open.freshKeyDue ? 1 : 0),
    freshKeyDue: false,
  };
}

function transmitted(
  picture: Picture,
  key: BillingKeyView,
  policy: Policy,
  request: ClaimRequest,
  attempt: Attempt,
  closing?: Pick<Change, 'attempts' | 'rows'>,
): Decision<ClaimResult> {
  const { now, subscription, customer } = picture;
  const charge = moved(picture.charge, 'CHARGING', new Date(now.getTime() + policy.leaseMs), {
    attempts: Math.max(picture.charge.attempts, attempt.attemptNo),
  });
  const requested = {
    ...rowsAboutAttempt(charge, attempt),
    id: request.id,
    act: 'CHARGE',
    status: 'REQUESTED',
    actor: request.actor,
  } as const;
  const transmission: Transmission = {
    id: request.id,
    charge,
    attempt,
    orderName: subscription.orderName,
    customerKey: key.customerKey,
    sealed: key.sealed,
    secretId: key.secretId,
    customer,
  };
  return {
    result: { kind: 'claimed', transmission },
    change: {
      charge,
      attempts: [...(closing?.attempts ?? []), attempt],
      rows: [...(closing?.rows ?? []), requested],
      tell: request.why !== 'first', // Whoever looks at its card sees at once that it is under way.
    },
  };
}

/** An attempt of which nothing ever left this process ends here: its money cannot have moved, and it never will. */
export function closedUnsent(
  picture: Picture,
  open: Attempt,
  rowId: string,
): Pick<Change, 'attempts' | 'rows'> & object {
  const closed: Attempt = {
    ...open,
    status: 'DECLINED',
    ended: true,
    declineClass: null,
    declineCode: 'UNSENT',
    declineMessage: 'nothing of this attempt ever reached the PG',
    closedAt: picture.now,
  };
  const row = {
    ...rowsAboutAttempt(picture.charge, open),
    id: rowId,
    act: 'CHARGE',
    status: 'FAILED',
    failureCode: 'UNSENT',
    failureReason: closed.declineMessage,
    actor: 'cycle',
  } as const;
  return { attempts: [closed], rows: [row] };
}
