// What happens to every request before and after its route, in Toss's order: who is asking, does he ask for a test
// code, does he ask too often, was he answered before, and only then the work.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, type Done, no, noWithAnyCode, proxyPage, sent } from './answer';
import { secretKeyOf } from './authorization';
import { meaningOf } from './codes';
import type { Struck, Target } from './fault-plan';
import type { Verb } from './faults';
import { type Idempotency, longestIdempotencyKey, type Obtained } from './idempotency';
import { fingerprint, newTraceId } from './identifiers';
import type { RateLimit } from './rate-limit';
import { type Fields, fieldsOf } from './validation';
import type { Route, World } from './world';

export interface Endpoint<V extends Verb> {
  /** `POST /v1/billing/{billingKey}` */
  readonly name: string;
  readonly verb: V;
  readonly route: Route<V>;
}

/** A request as far as it can be read without knowing who sent it. */
interface Received {
  readonly traceId: string;
  readonly named: string;
  readonly body: Fields | undefined;
  readonly idempotencyKey: string | null;
}

/** Faults of the network in front of Toss: the request never gets there, so neither does its idempotency key. */
const lostOnTheWay = {
  drop: 'drop',
  'cancel-drop': 'drop',
  hang: 'never',
  'lookup-hang': 'never',
  'cancel-hang': 'never',
  html: 'html',
  'lookup-html': 'html',
} as const;

export class ApiDesk {
  constructor(
    private readonly world: World,
    private readonly idempotency: Idempotency,
    private readonly rateLimit: RateLimit,
  ) {}

  /** The handler of one endpoint. */
  serve<V extends Verb>(endpoint: Endpoint<V>) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const received = receivedFrom(request);
      const struck = this.arrive(endpoint, received, reply);
      const lost = lostDelivery(struck);
      if (lost !== undefined) {
        struck.use();
        return this.deliver(reply, received, { done: lost });
      }
      return this.deliver(reply, received, await this.obtain(endpoint, request, received, struck));
    };
  }

  private arrive<V extends Verb>({ name, verb }: Endpoint<V>, received: Received, reply: FastifyReply): Struck<V> {
    const { faults, tally } = this.world;
    const about = this.aboutWhat(verb, received);
    const nth = tally.count(name, verb, about.orderId);
    if (verb === 'charge') tally.chargeInFlight(reply.raw);
    return faults.strike(verb, { ...about, nth });
  }

  /** Which order and billing key a request is about, as far as anybody can tell. */
  private aboutWhat(verb: Verb, { named, body }: Received): Omit<Target, 'nth'> {
    if (verb === 'billing-key') return {};
    if (verb === 'charge') {
      const orderId = body?.orderId;
      return { billingKey: named, orderId: typeof orderId === 'string' ? orderId : undefined };
    }
    const { books } = this.world;
    const payment = books.payment(named) ?? books.paymentOfOrder(named);
    // An order that is not in the books can still be asked about: then the path itself names it.
    return { billingKey: payment?.billingKey, orderId: payment?.orderId ?? (verb === 'lookup' ? named : undefined) };
  }

  private async obtain<V extends Verb>(
    endpoint: Endpoint<V>,
    request: FastifyRequest,
    received: Received,
    struck: Struck<V>,
  ): Promise<Obtained> {
    const { traceId, named, body, idempotencyKey } = received;
    const secretKey = secretKeyOf(request.headers.authorization, this.world.acceptsSecretKey);
    if (typeof secretKey !== 'string') return { done: sent(secretKey) };
    const asked = testCodeAnswer(request, secretKey);
    if (asked) return { done: sent(asked) };
    if (idempotencyKey !== null && idempotencyKey.length > longestIdempotencyKey) {
      return { done: sent(no('INVALID_IDEMPOTENCY_KEY')) };
    }
    const scope = idempotencyKey && [fingerprint(secretKey), endpoint.name, named, idempotencyKey].join(' ');
    const limited = this.rateLimit.refusal(endpoint.name);
    if (limited) {
      if (scope) this.idempotency.keepRefusal(scope, traceId, limited);
      return { done: sent(limited) };
    }
    const work = async (): Promise<Done> => {
      struck.use();
      await this.world.timers.wait(struck.latencyMs);
      return endpoint.route(this.world, { named, body, idempotencyKey, fault: struck.fault });
    };
    return scope ? this.idempotency.once(scope, traceId, work) : { done: await work() };
  }

  private deliver(reply: FastifyReply, received: Received, { done, replayOf }: Obtained): FastifyReply {
    switch (done.delivery) {
      case 'send':
        // On a replay both ids stand in the header: this request's, then the one that did the work (measured).
        reply.header('x-tosspayments-trace-id', replayOf ? `${received.traceId}, ${replayOf}` : received.traceId);
        if (received.idempotencyKey !== null) reply.header('idempotency-key', received.idempotencyKey);
        return sendAnswer(reply, done.answer);
      case 'html':
        return reply.code(502).type('text/html').send(proxyPage);
      case 'drop':
        reply.hijack();
        reply.raw.destroy();
        return reply;
      case 'never':
        reply.hijack();
        this.world.tally.hangs(reply.raw);
        return reply;
    }
  }
}

/** Sends an answer as Toss would; one without a body has no content type. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
  if (answer.body === '') return reply.code(answer.status).send();
  return reply.code(answer.status).type('application/json').send(answer.body);
}

function receivedFrom(request: FastifyRequest): Received {
  const [named = ''] = Object.values(request.params as Record<string, string>);
  const key = request.headers['idempotency-key'];
  const idempotencyKey = request.method === 'POST' && typeof key === 'string' && key !== '' ? key : null;
  return { traceId: newTraceId(), named, body: fieldsOf(request.body), idempotencyKey };
}

function lostDelivery(struck: Struck<Verb>): Done | undefined {
  const fault = (struck as Struck<'charge' | 'lookup' | 'cancel'>).fault;
  if (fault === undefined || !(fault.kind in lostOnTheWay)) return undefined;
  const delivery = lostOnTheWay[fault.kind as keyof typeof lostOnTheWay];
  return { answer: no('FAILED_INTERNAL_SYSTEM_PROCESSING'), delivery };
}

/**
 * `TossPayments-Test-Code` answers its code before anything is looked at. Only test keys may ask; with a live key the
 * header is ignored (Toss's environment guide; measured on the billing charge).
 */
function testCodeAnswer(request: FastifyRequest, secretKey: string): Answer | undefined {
  const code = request.headers['tosspayments-test-code'];
  if (typeof code !== 'string' || code === '' || !secretKey.startsWith('test_')) return undefined;
  return meaningOf(code) ? noWithAnyCode({ code }) : no('INVALID_TEST_CODE');
}
