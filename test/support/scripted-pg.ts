// A payment gateway whose answers a test writes in advance, with books of its own: what it captured stays captured,
// whatever it answered.

import { randomUUID } from 'node:crypto';
import type { CancelRequest, Capabilities, ChargeRequest, Gateway, StatusQuestion } from '../../src/cycle/ports';
import type { CancelOutcome, ChargeOutcome, DeclineClass, PgProvider, StatusAnswer } from '../../src/domain/outcome';
import { type Won, won } from '../../src/domain/won';

export interface BookedPayment {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  remaining: number;
}

/** One answer to a charge. `books`: the PG captures the money. A function may act in the middle of the call. */
export type Answer =
  | ChargeOutcome
  | ((request: ChargeRequest, pg: ScriptedPg) => ChargeOutcome | Promise<ChargeOutcome>);

const raw = (body: unknown, http = 200) => ({ http, body });

export class ScriptedPg implements Gateway {
  readonly books: BookedPayment[] = [];
  readonly charges: ChargeRequest[] = [];
  readonly questions: StatusQuestion[] = [];
  readonly cancels: CancelRequest[] = [];
  /** Answers to the next charges, in order; after them everything is approved. */
  readonly answers: Answer[] = [];
  /** Answers to the next questions; after them the books speak. */
  readonly statusAnswers: (StatusAnswer | 'books')[] = [];
  readonly cancelAnswers: ((request: CancelRequest, pg: ScriptedPg) => CancelOutcome)[] = [];
  merchant = 'merchant-1';
  capabilities: Capabilities = {
    asksByOrderId: true,
    resendWindowMs: 14 * 86_400_000,
    failedIsDocumented: true,
    processingMs: 60_000,
    concurrency: 32,
  };

  constructor(
    private readonly now: () => Date,
    readonly provider: PgProvider = 'TOSS',
  ) {}

  async charge(request: ChargeRequest): Promise<ChargeOutcome> {
    this.charges.push(request);
    const answer = this.answers.shift();
    if (answer === undefined) return this.approve(request);
    return typeof answer === 'function' ? answer(request, this) : answer;
  }

  async getStatus(question: StatusQuestion): Promise<StatusAnswer> {
    this.questions.push(question);
    const answer = this.statusAnswers.shift();
    return answer === undefined || answer === 'books' ? this.fromBooks(question.orderId) : answer;
  }

  async cancel(request: CancelRequest): Promise<CancelOutcome> {
    this.cancels.push(request);
    const answer = this.cancelAnswers.shift();
    return answer ? answer(request, this) : this.giveBack(request);
  }

  /** Captures the money and says so. The same order again is told to be the same payment. */
  approve(request: Pick<ChargeRequest, 'orderId' | 'amount'>): ChargeOutcome {
    const payment = this.capture(request);
    return {
      kind: 'approved',
      paymentKey: payment.paymentKey,
      amount: request.amount,
      approvedAt: this.now(),
      card: '신한 ····1234',
      raw: raw({ status: 'DONE', paymentKey: payment.paymentKey }),
    };
  }

  capture(request: Pick<ChargeRequest, 'orderId' | 'amount'>): BookedPayment {
    const before = this.books.find((payment) => payment.orderId === request.orderId);
    if (before) return before;
    const payment = {
      orderId: request.orderId,
      paymentKey: `pay-${randomUUID()}`,
      amount: request.amount,
      remaining: request.amount,
    };
    this.books.push(payment);
    return payment;
  }

  giveBack(request: Pick<CancelRequest, 'paymentKey' | 'amount'>): CancelOutcome {
    const payment = this.books.find((one) => one.paymentKey === request.paymentKey);
    if (!payment)
      return {
        kind: 'declined',
        class: 'record',
        code: 'NOT_FOUND_PAYMENT',
        message: 'no such payment',
        raw: raw({}, 404),
      };
    payment.remaining -= request.amount;
    return {
      kind: 'canceled',
      amount: request.amount,
      remaining: won(payment.remaining),
      canceledAt: this.now(),
      raw: raw({ status: 'CANCELED' }),
    };
  }

  fromBooks(orderId: string): StatusAnswer {
    const payment = this.books.find((one) => one.orderId === orderId);
    if (!payment) return notFound;
    return {
      kind: 'happened',
      orderId,
      paymentKey: payment.paymentKey,
      amount: won(payment.amount),
      remaining: won(payment.remaining),
      approvedAt: this.now(),
      card: '신한 ····1234',
      raw: raw({ status: 'DONE', orderId }),
    };
  }

  /** Payments that are captured and not given back, per charge. */
  capturedPerCharge(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const payment of this.books) {
      if (payment.remaining === 0) continue;
      const chargeId = payment.orderId.slice(0, 12);
      counts.set(chargeId, (counts.get(chargeId) ?? 0) + 1);
    }
    return counts;
  }
}

export const notFound: StatusAnswer = {
  kind: 'not-found',
  code: 'NOT_FOUND_PAYMENT',
  message: '존재하지 않는 결제 정보 입니다.',
  raw: raw({ code: 'NOT_FOUND_PAYMENT' }, 404),
};
export const unreachable: StatusAnswer = {
  kind: 'cannot-say',
  reached: false,
  code: 'ECONNREFUSED',
  message: 'no answer',
};
export const inProgress: StatusAnswer = {
  kind: 'cannot-say',
  reached: true,
  code: 'IN_PROGRESS',
  message: 'in progress',
  raw: raw({ status: 'IN_PROGRESS' }),
};

export const declined = (of: DeclineClass, code = of.toUpperCase()): ChargeOutcome => ({
  kind: 'declined',
  class: of,
  code,
  message: `${code} in the PG's words`,
  raw: raw({ code }, 403),
});
export const lost: ChargeOutcome = { kind: 'unknown', code: 'READ_TIMEOUT', message: 'no answer in time' };
export const refusedConnection: ChargeOutcome = { kind: 'unsent', code: 'ECONNREFUSED', message: 'connection refused' };
/** The PG captures the money and the answer is lost. */
export const approveThenDrop: Answer = (request, pg) => {
  pg.capture(request);
  return lost;
};
export const amountOf = (value: number): Won => won(value);
