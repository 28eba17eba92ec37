// What a PG may answer: to a charge, and to a question about one. All of them are about 49,000 won at ten o'clock.

import type {
  CancelOutcome,
  ChargeOutcome,
  DeclineClass,
  RawAnswer,
  StatusAnswer,
  Unknown,
  Unsent,
} from '../../src/domain/outcome';
import { won } from '../../src/domain/won';
import { amount, order, tenOClock } from './picture-builder';

export const raw = (body: unknown, http = 200): RawAnswer => ({ http, body });

export const yes = (paymentKey = 'pay-1'): Extract<ChargeOutcome, { kind: 'approved' }> => ({
  kind: 'approved',
  paymentKey,
  amount,
  approvedAt: tenOClock,
  card: '신한 ····1234',
  raw: raw({ status: 'DONE' }),
});
export const no = (of: DeclineClass): Extract<ChargeOutcome, { kind: 'declined' }> => ({
  kind: 'declined',
  class: of,
  code: of.toUpperCase(),
  message: `${of} in the PG's words`,
  raw: raw({ code: of }, 403),
});
export const lost = (more: Partial<Unknown> = {}): Unknown => ({
  kind: 'unknown',
  code: 'READ_TIMEOUT',
  message: 'no answer in time',
  ...more,
});
export const refusedConnection: ChargeOutcome = {
  kind: 'unsent',
  code: 'ECONNREFUSED',
  message: 'connection refused',
};
/** 429: the PG turned us away, and keeps that answer under our key. */
export const tooMany = (retryAfterMs = 0): Unsent => ({
  kind: 'unsent',
  code: 'TOO_MANY_REQUESTS',
  message: 'slow down',
  retryAfterMs,
  answerStored: true,
  raw: raw({ code: 'TOO_MANY_REQUESTS' }, 429),
});

export const happened = (
  more: Partial<Extract<StatusAnswer, { kind: 'happened' }>> = {},
): Extract<StatusAnswer, { kind: 'happened' }> => ({
  kind: 'happened',
  orderId: order(1),
  paymentKey: 'pay-1',
  amount,
  remaining: amount,
  approvedAt: tenOClock,
  card: '신한 ····1234',
  raw: raw({ status: 'DONE' }),
  ...more,
});
export const failed = (of: DeclineClass = 'funds'): StatusAnswer => ({
  kind: 'failed',
  class: of,
  code: `FAILED_${of.toUpperCase()}`,
  message: 'the PG says it failed',
  raw: raw({ status: 'ABORTED' }),
});
export const notFound: StatusAnswer = {
  kind: 'not-found',
  code: 'NOT_FOUND_PAYMENT',
  message: 'no such order',
  raw: raw({ code: 'NOT_FOUND_PAYMENT' }, 404),
};
export const inProgress: StatusAnswer = {
  kind: 'cannot-say',
  reached: true,
  code: 'IN_PROGRESS',
  message: 'still at work',
  raw: raw({ status: 'IN_PROGRESS' }),
};
export const unreachable: StatusAnswer = {
  kind: 'cannot-say',
  reached: false,
  code: 'ECONNREFUSED',
  message: 'connection refused',
};

/** To a refund: everything went back. */
export const gaveBack: Extract<CancelOutcome, { kind: 'canceled' }> = {
  kind: 'canceled',
  amount,
  remaining: won(0),
  canceledAt: tenOClock,
  raw: raw({ status: 'CANCELED' }),
};
