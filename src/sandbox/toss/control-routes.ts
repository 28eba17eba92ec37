// The side of the sandbox that Toss does not have: preparing keys, arranging faults, reading the books. No secret key
// is asked for; the sandbox listens on loopback.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Answer, no, yes } from './answer';
import { sendAnswer } from './api-desk';
import { faultPlanSchema } from './faults';
import { cancelFields, fieldsOf } from './validation';
import type { World } from './world';

const text = z.string().min(1);
const card = z
  .strictObject({ issuerCode: text, acquirerCode: text, number: text, cardType: text, ownerType: text })
  .partial()
  .optional();
const authKeyRequest = z.strictObject({ customerKey: text, card });
const imported = z.strictObject({ billingKey: text, customerKey: text, card });
const importRequest = z.preprocess((body) => (Array.isArray(body) ? body : [body]), z.array(imported));
const downRequest = z.strictObject({ ms: z.number().int().min(1).max(86_400_000) });

type Handler = (request: FastifyRequest, reply: FastifyReply) => Answer;

export function addControlRoutes(app: FastifyInstance, world: World, goDown: (ms: number) => void): void {
  const { books, faults, tally } = world;
  const on = (method: 'GET' | 'POST' | 'PUT', url: string, handler: Handler) =>
    app.route({
      method,
      url: `/sandbox${url}`,
      handler: (request, reply) => sendAnswer(reply, handler(request, reply)),
    });

  on('POST', '/auth-keys', (request) =>
    withBody(request, authKeyRequest, (holder) => {
      const { authKey, customerKey } = books.addAuthKey(holder);
      return { authKey, customerKey };
    }),
  );
  on('POST', '/billing-keys', (request) =>
    withBody(request, importRequest, (keys) => {
      for (const { billingKey, ...holder } of keys) books.registerBillingKey(billingKey, holder);
      return { registered: keys.length };
    }),
  );

  on('GET', '/faults', () => yes(faults.get()));
  on('PUT', '/faults', (request) =>
    withBody(request, faultPlanSchema, (plan) => {
      faults.set(plan);
      return plan;
    }),
  );
  on('POST', '/down', (request, reply) =>
    withBody(request, downRequest, ({ ms }) => {
      // First this answer, then nothing any more.
      reply.raw.once('close', () => goDown(ms));
      reply.header('connection', 'close');
      return { downForMs: ms };
    }),
  );

  on('GET', '/payments', (request) => yes(books.list((request.query as { orderId?: string }).orderId)));
  on('GET', '/requests', () => yes(tally.read()));
  on('POST', '/payments/:paymentKey/cancel', (request) => cancelInConsole(world, request));
}

/** Somebody presses cancel in Toss's own console, without telling anybody; the body may name amount and reason. */
function cancelInConsole({ books }: World, request: FastifyRequest): Answer {
  const { paymentKey } = request.params as { paymentKey: string };
  const fields = cancelFields({ cancelReason: '콘솔에서 취소', ...fieldsOf(request.body) });
  const canceled = typeof fields === 'string' ? fields : books.cancel(paymentKey, fields);
  if (typeof canceled === 'string') return no(canceled);
  return yes(books.list(canceled.orderId).find((payment) => payment.paymentKey === paymentKey));
}

function withBody<T>(request: FastifyRequest, schema: z.ZodType<T>, act: (body: T) => unknown): Answer {
  const read = schema.safeParse(json(request.body));
  return read.success ? yes(act(read.data)) : no('INVALID_REQUEST', z.prettifyError(read.error));
}

function json(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
