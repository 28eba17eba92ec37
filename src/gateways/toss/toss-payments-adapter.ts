// How we speak to Toss Payments: which call carries which verb, under which idempotency key, and how long we listen.
// What the calls say is in toss-wire.ts, what their answers mean in toss-outcome.ts.

import { createHash } from 'node:crypto';
import type { CancelOutcome, ChargeOutcome, IssueOutcome, RevokeOutcome, StatusAnswer } from '../../domain/outcome';
import { HttpExchange, type HttpReply, type HttpRequest } from '../http-exchange';
import type {
  CancelRequest,
  Capabilities,
  ChargeRequest,
  IssueRequest,
  PgAdapter,
  RevokeRequest,
  StatusQuestion,
} from '../pg-adapter';
import { maskerOf } from '../raw-answer';
import {
  cancelOutcomeFrom,
  chargeOutcomeFrom,
  issueOutcomeFrom,
  revokeOutcomeFrom,
  statusAnswerFrom,
} from './toss-outcome';
import { cancelBody, chargeBody, issueBody } from './toss-wire';

export interface TossOptions {
  /** `test_sk_…` or `live_sk_…` of the merchant with the billing contract; the key decides whether money is real. */
  readonly secretKey: string;
  /** Default `https://api.tosspayments.com`, for test and live keys alike. */
  readonly baseUrl?: string | undefined;
  /** From a call until the last byte of its answer. Toss's reference grants a billing charge 60 s, so more than that. */
  readonly timeoutMs: number;
  /** How long Toss may still be working on a request after it was sent. */
  readonly processingMs: number;
  /** Charges and refunds in flight at once, and as many questions beside them. */
  readonly concurrency: number;
}

/** Toss keeps an idempotency key for 15 days from its first use (its reference); a day of that is ours, for clocks. */
const resendWindowMs = 14 * 24 * 60 * 60_000;
/** A question moves no money, so nothing is lost by giving up on it early and asking again. */
const questionTimeoutMs = 30_000;

/**
 * Toss Payments, core API v1 (billing).
 *
 * Every call is made once: no retry, no redirect. An outcome's `raw` is the whole answer with the secret key, billing
 * key, one-time key and customer key masked. `unsent` with code `REQUEST_NOT_BUILT` is an error of ours (an empty
 * billing key, an order id that no header can carry); anything else that Toss or the network does is an outcome too.
 * A refund or an issuing that came back with `answerStored` needs a new refund id or a new one-time key: their
 * idempotency keys have no suffix to raise.
 */
export class TossPaymentsAdapter implements PgAdapter {
  readonly provider = 'TOSS';
  readonly merchant: string;
  readonly capabilities: Capabilities;
  readonly #secretKey: string;
  readonly #timeoutMs: number;
  /** Questions have connections of their own: they must not wait behind the very charges they are about. */
  readonly #acts: HttpExchange;
  readonly #questions: HttpExchange;

  constructor({
    secretKey,
    baseUrl = 'https://api.tosspayments.com',
    timeoutMs,
    processingMs,
    concurrency,
  }: TossOptions) {
    this.merchant = digestOf(`toss merchant ${secretKey}`).slice(0, 16);
    this.capabilities = { asksByOrderId: true, resendWindowMs, failedIsDocumented: true, processingMs, concurrency };
    this.#secretKey = secretKey;
    this.#timeoutMs = timeoutMs;
    this.#acts = new HttpExchange({ baseUrl, concurrency });
    this.#questions = new HttpExchange({ baseUrl, concurrency });
  }

  /** `POST /v1/billing/authorizations/issue`. The one-time key buys one billing key; the same call again repeats it. */
  async issueBillingKey(request: IssueRequest): Promise<IssueOutcome> {
    const path = ['v1', 'billing', 'authorizations', 'issue'];
    const reply = await this.#post(path, issueBody(request), `issue-${digestOf(request.authKey)}`);
    return issueOutcomeFrom(reply, request, this.#mask(request.authKey));
  }

  /** `POST /v1/billing/{billingKey}`, under the order id as idempotency key (with `.n` once a suffix is asked for). */
  async charge(request: ChargeRequest): Promise<ChargeOutcome> {
    const { orderId, idempotencySuffix: n, billingKey } = request;
    const reply = await this.#post(
      ['v1', 'billing', billingKey],
      chargeBody(request),
      n > 0 ? `${orderId}.${n}` : orderId,
    );
    return chargeOutcomeFrom(reply, request, this.#mask(billingKey));
  }

  /** `POST /v1/payments/{paymentKey}/cancel`: gives the whole remainder or a part of it back. */
  async cancel(request: CancelRequest): Promise<CancelOutcome> {
    const { paymentKey, refundId } = request;
    const reply = await this.#post(['v1', 'payments', paymentKey, 'cancel'], cancelBody(request), `refund-${refundId}`);
    return cancelOutcomeFrom(reply, request, this.#mask());
  }

  /**
   * `GET /v1/payments/orders/{orderId}`. Always by our own order id, also when a payment key is named: what Toss has
   * under our order is the question, and the answer names the payment key it found.
   */
  async getStatus(question: StatusQuestion): Promise<StatusAnswer> {
    const reply = await this.#questions.transmit({
      method: 'GET',
      path: ['v1', 'payments', 'orders', question.orderId],
      headers: this.#credentials(),
      timeoutMs: Math.min(this.#timeoutMs, questionTimeoutMs),
    });
    return statusAnswerFrom(reply, question, this.#mask());
  }

  /** `DELETE /v1/billing/{billingKey}`. */
  async revokeBillingKey({ billingKey }: RevokeRequest): Promise<RevokeOutcome> {
    const path = ['v1', 'billing', billingKey];
    const reply = await this.#acts.transmit({
      method: 'DELETE',
      path,
      headers: this.#credentials(),
      timeoutMs: this.#timeoutMs,
    });
    return revokeOutcomeFrom(reply, this.#mask(billingKey));
  }

  /** Closes idle connections. */
  close(): void {
    this.#acts.close();
    this.#questions.close();
  }

  #post(path: HttpRequest['path'], body: object, idempotencyKey: string): Promise<HttpReply> {
    const headers = { ...this.#credentials(), 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
    return this.#acts.transmit({
      method: 'POST',
      path,
      headers,
      body: JSON.stringify(body),
      timeoutMs: this.#timeoutMs,
    });
  }

  /** Toss takes the secret key as a user name with an empty password; without the colon it answers 403. */
  #credentials() {
    return { Authorization: `Basic ${Buffer.from(`${this.#secretKey}:`, 'utf8').toString('base64')}` };
  }

  #mask(...secrets: readonly string[]) {
    return maskerOf([this.#secretKey, ...secrets]);
  }
}

const digestOf = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
