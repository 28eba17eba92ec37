// The settle: what one transmission's outcome means for the charge. Doubt is the default: only an explicit yes pays,
// only a known no closes, everything else becomes a question with a date on it.

import { opens, pauseAfter, recorded } from './breaker';
import { closedUnsent } from './claim';
import { adopted, closedByNo, spareOf } from './closed-by-no';
import { approved, type Settled, type SettleRequest } from './evidence';
import { type HistoryEntry, systemCustomer } from './history';
import { nextQuestion } from './next-question';
import type { ChargeOutcome, DeclineClass, Declined, RawAnswer, Unknown, Unsent } from './outcome';
import {
  type Attempt,
  type Decision,
  moved,
  type PgState,
  type PgTerms,
  type Picture,
  type Policy,
  rowsAboutAttempt,
} from './picture';

/** Records the outcome of one transmission. */
export function settle(
  picture: Picture,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: ChargeOutcome,
): Decision<Settled> {
  const attempt = picture.attempts.find((one) => one.orderId === request.orderId);
  if (!attempt) throw new Error(`order ${request.orderId} is not an attempt of charge ${picture.charge.id}`);
  const pgState =
    outcome.kind === 'unsent' && outcome.retryAfterMs !== undefined
      ? paused(picture, outcome.retryAfterMs)
      : counted(picture, outcome);
  const decision =
    outcome.kind === 'approved'
      ? approved(picture, attempt, request, outcome)
      : notApproved(picture, attempt, pg, policy, request, outcome);
  if (!decision.change) return decision;
  const refusedUs = outcome.kind === 'declined' && outcome.class === 'merchant' && pgState.heldBy === null;
  if (!refusedUs) return { ...decision, change: { ...decision.change, pg: pgState } };
  const { held, row } = heldByItsOwnWord(pgState, picture.now, request.secondId, outcome);
  return { ...decision, change: { ...decision.change, pg: held, rows: [...(decision.change.rows ?? []), row] } };
}

/** The PG refuses our key or contract: nobody's card is at fault, so everything at this PG waits until a person put that right. */
function heldByItsOwnWord(
  state: PgState,
  now: Date,
  rowId: string,
  no: Declined,
): { held: PgState; row: HistoryEntry } {
  const row: HistoryEntry = {
    id: rowId,
    customerId: systemCustomer,
    act: 'HOLD',
    status: 'SUCCESS',
    pgProvider: state.provider,
    failureCode: no.code,
    failureReason: no.message,
    actor: 'pg',
  };
  return { held: { ...state, heldBy: 'pg', heldAt: now, heldReason: `${no.code} ${no.message}` }, row };
}

/** The PG's state after one more transmission. */
function counted(picture: Picture, outcome: ChargeOutcome): PgState {
  if (outcome.kind === 'unsent' && ownFault(outcome)) return picture.pg; // Says nothing of the PG.
  const recent = recorded(picture.pg.recent, outcome.kind === 'approved' || outcome.kind === 'declined');
  const opensNow = picture.pg.breakerOpenedAt === null && opens(recent);
  const opened = opensNow ? { breakerOpenedAt: picture.now, probeAt: picture.now, probeStep: 0 } : {};
  return { ...picture.pg, recent, pauseMs: 0, ...opened };
}

function paused(picture: Picture, retryAfterMs: number): PgState {
  const pauseMs = retryAfterMs > 0 ? retryAfterMs : pauseAfter(picture.pg.pauseMs);
  return { ...picture.pg, pauseMs, pausedUntil: new Date(picture.now.getTime() + pauseMs) };
}

// ── no, and the rest ─────────────────────────────────────────────────────────

type NotApproved = Declined | Unsent | Unknown;

function notApproved(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: NotApproved,
): Decision<Settled> {
  const current =
    attempt.status === 'OPEN' &&
    attempt.transmissionId === request.transmissionId &&
    !attempt.ended &&
    picture.charge.state === 'CHARGING';
  if (!current) return lateNo(picture, attempt, request, outcome);
  switch (outcome.kind) {
    case 'unsent':
      return unsent(picture, attempt, pg, policy, request, outcome);
    case 'unknown':
      return unknown(picture, attempt, pg, policy, request, outcome);
    case 'declined':
      return declined(picture, attempt, pg, policy, request, outcome);
  }
}

/** Somebody took this transmission over before its answer came, or the attempt is closed: the answer is kept, it decides nothing by itself. */
function lateNo(picture: Picture, attempt: Attempt, request: SettleRequest, outcome: NotApproved): Decision<Settled> {
  const provisional =
    outcome.kind === 'declined' && attempt.status === 'OPEN' && attempt.transmissionId === request.transmissionId;
  const noted = provisional ? { attempts: [withNo(attempt, outcome)] } : {};
  return {
    result: { kind: 'no-news', state: picture.charge.state },
    change: { ...noted, rows: [unclear(picture, attempt, request, named(outcome))] },
  };
}

/** Nothing left this process: the same attempt goes again, unless an earlier transmission of it is in doubt. */
function unsent(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: Unsent,
): Decision<Settled> {
  const ended: Attempt = { ...attempt, ended: true, freshKeyDue: attempt.freshKeyDue || outcome.answerStored === true };
  const row = unclear(picture, attempt, request, named(outcome));
  if (attempt.doubtful) return asked(picture, ended, pg, policy, row);
  const spare = spareOf(picture);
  if (spare) {
    // The charge is paid already, by an earlier attempt whose approval came late; nothing of this one ever left.
    const closing = closedUnsent(picture, ended, request.secondId);
    const adoption = adopted(picture, spare);
    const change = {
      ...adoption,
      attempts: [...adoption.attempts, ...(closing.attempts ?? [])],
      rows: [row, ...(closing.rows ?? [])],
      release: picture.waitingForThis,
      tell: true,
    };
    return { result: { kind: 'settled', state: adoption.charge.state }, change };
  }
  const heldReason = ownFault(outcome);
  if (heldReason) {
    const heldFrom = picture.charge.firstFailedAt === null ? 'DUE' : 'RETRY_WAIT';
    const held = moved(picture.charge, 'HELD', new Date(picture.now.getTime() + 3_600_000), { heldReason, heldFrom });
    return {
      result: { kind: 'settled', state: 'HELD' },
      change: { charge: held, attempts: [ended], rows: [row], release: picture.waitingForThis, tell: true },
    };
  }
  const waitMs = outcome.retryAfterMs ?? Math.min(10_000, 1_000 * 2 ** Math.min(6, attempt.transmissions - 1));
  const charge = moved(picture.charge, 'DUE', new Date(picture.now.getTime() + waitMs));
  return {
    result: { kind: 'settled', state: 'DUE' },
    change: { charge, attempts: [ended], rows: [row], release: picture.waitingForThis },
  };
}

/** Our own error before anything was sent does not heal by sending again: the charge waits for a person. */
function ownFault({ code }: Unsent): 'KEY_SEALED' | 'OWN_ERROR' | undefined {
  if (code === 'KEY_SEALED') return 'KEY_SEALED';
  return code === 'REQUEST_NOT_BUILT' ? 'OWN_ERROR' : undefined;
}

function unknown(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: Unknown,
): Decision<Settled> {
  const doubtful: Attempt = {
    ...attempt,
    ended: true,
    doubtful: true,
    freshKeyDue: attempt.freshKeyDue || outcome.answerStored === true,
    believeYesFrom:
      outcome.believeYesAfterMs === undefined
        ? attempt.believeYesFrom
        : new Date(attempt.sentAt.getTime() + outcome.believeYesAfterMs),
  };
  return asked(picture, doubtful, pg, policy, unclear(picture, attempt, request, outcome));
}

/** These noes are believed only when the PG, asked after its processing time, does not know the order or calls it failed. */
const confirmedFirst: readonly DeclineClass[] = ['temporary', 'unclassified', 'duplicate'];

function declined(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: Declined,
): Decision<Settled> {
  if (attempt.doubtful || confirmedFirst.includes(outcome.class)) {
    const provisional: Attempt = { ...withNo(attempt, outcome), ended: true, doubtful: true };
    return asked(
      picture,
      provisional,
      pg,
      policy,
      unclear(picture, attempt, request, outcome),
      outcome.class === 'duplicate',
    );
  }
  return closedByNo(picture, withNo(attempt, outcome), policy, request, outcome.raw);
}

const withNo = (attempt: Attempt, no: Pick<Declined, 'class' | 'code' | 'message'>): Attempt => ({
  ...attempt,
  declineClass: no.class,
  declineCode: no.code,
  declineMessage: no.message,
});

/** The charge becomes a question: asked on the ladder, counted from the last transmission. */
function asked(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  row: HistoryEntry,
  atOnce = false,
): Decision<Settled> {
  const watchAt = atOnce || !pg?.asksByOrderId ? picture.now : nextQuestion(attempt, pg, policy, picture.now);
  const charge = moved(picture.charge, 'UNKNOWN', watchAt);
  return {
    result: { kind: 'settled', state: 'UNKNOWN' },
    change: { charge, attempts: [attempt], rows: [row], tell: true },
  };
}

/** Nothing left this process: its rows say so in one word, and the cause in their reason. */
const named = <Outcome extends NotApproved>(outcome: Outcome) =>
  outcome.kind === 'unsent' ? { ...outcome, code: 'UNSENT', message: `${outcome.code}: ${outcome.message}` } : outcome;

/** The row that says a transmission ended without proof. */
function unclear(
  picture: Picture,
  attempt: Attempt,
  request: SettleRequest,
  outcome: { code: string; message: string; raw?: RawAnswer },
): HistoryEntry {
  return {
    ...rowsAboutAttempt(picture.charge, attempt),
    id: request.id,
    act: 'CHARGE',
    status: 'UNKNOWN',
    failureCode: outcome.code,
    failureReason: outcome.message,
    actor: request.actor,
    raw: outcome.raw ?? null,
  };
}
