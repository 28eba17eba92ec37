// The desk of the Web API: reads a request however it was encoded, looks at its token, its pace and the faults arranged
// for it, and only then lets the method run.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, no } from './answer';
import type { ApiLog } from './api-log';
import { chatMethods } from './chat-methods';
import type { ApiFault } from './faults';
import { type Fields, fieldsOf, parsed, textOf } from './fields';
import { readingMethods } from './reading-methods';
import { appToken, botToken } from './residents';
import { viewMethods } from './view-methods';
import type { Method, World } from './world';

const methods: Readonly<Record<string, Method>> = { ...chatMethods, ...viewMethods, ...readingMethods };

/** These come as JSON in a text when the request is a form. */
const nested = ['blocks', 'attachments', 'metadata', 'view'];

interface Reply {
  readonly status: number;
  readonly answer: Answer;
  readonly retryAfter?: number | undefined;
}

export class ApiDesk {
  constructor(
    private readonly world: World,
    private readonly log: ApiLog,
  ) {}

  addRoutes(app: FastifyInstance): void {
    app.route({
      method: ['GET', 'POST'],
      url: '/api/:method',
      handler: (request, reply) => {
        const { method } = request.params as { method: string };
        const args = argsOf(request);
        return this.serve(method, args, reply, () => this.answer(method, args, request));
      },
    });
  }

  /** Answers one call, or does to it what a fault says. */
  async serve(method: string, args: Fields, reply: FastifyReply, answer: () => Reply): Promise<FastifyReply> {
    const at = this.world.now();
    const note = (given: Reply | null): void =>
      this.log.add({ method, at, args: withoutToken(args), answer: given && outcome(given) });
    const fault = this.world.faults.strike(method);
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
    else if (fault?.kind === 'answer-lost') answer();
    if (fault?.kind === 'hang' || fault?.kind === 'drop' || fault?.kind === 'answer-lost') {
      note(null);
      return leaveUnanswered(reply, fault.kind);
    }
    const given = fault === undefined || fault.kind === 'delay' ? answer() : refusal(fault);
    note(given);
    return send(reply, given);
  }

  private answer(name: string, args: Fields, request: FastifyRequest): Reply {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method === undefined) return { status: 200, answer: no('unknown_method') };
    const refused = tokenRefusal(method, tokenOf(request, args));
    if (refused !== undefined) return { status: 200, answer: no(refused) };
    const retryAfter = this.world.rate.waitSeconds(name, textOf(args.channel));
    if (retryAfter !== undefined) return { status: 429, answer: no('ratelimited'), retryAfter };
    const misshapen = nested.find((field) => typeof args[field] === 'string');
    if (misshapen !== undefined) return { status: 200, answer: no(`invalid_${misshapen}_format`) };
    return { status: 200, answer: method.run(this.world, args) };
  }
}

function leaveUnanswered(reply: FastifyReply, how: 'hang' | 'drop' | 'answer-lost'): FastifyReply {
  reply.hijack();
  if (how !== 'hang') reply.raw.socket?.destroy();
  return reply;
}

function send(reply: FastifyReply, { status, answer, retryAfter }: Reply): FastifyReply {
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (status >= 500) return reply.code(status).type('text/html; charset=utf-8').send('<h1>Server Error</h1>');
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(answer));
}

type Refusing = Extract<ApiFault, { kind: 'status' | 'ratelimited' | 'error' }>;

function refusal(fault: Refusing): Reply {
  switch (fault.kind) {
    case 'status':
      return { status: fault.status, answer: no('internal_error') };
    case 'ratelimited':
      return { status: 429, answer: no('ratelimited'), retryAfter: fault.retryAfter };
    case 'error':
      return { status: 200, answer: no(fault.error) };
  }
}

const outcome = ({ status, answer }: Reply) => ({ status, ok: status === 200 && answer.ok, error: answer.error });

function tokenRefusal(method: Method, token: string | undefined): string | undefined {
  if (token === undefined) return 'not_authed';
  if (token !== botToken && token !== appToken) return 'invalid_auth';
  return token === (method.token === 'bot' ? botToken : appToken) ? undefined : 'not_allowed_token_type';
}

function tokenOf(request: FastifyRequest, args: Fields): string | undefined {
  const header = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? (typeof args.token === 'string' && args.token !== '' ? args.token : undefined);
}

const withoutToken = ({ token: _token, ...args }: Fields): Fields => args;

/** The arguments, from the query, a form or a JSON body; a nested one that is not JSON stays the text it was. */
function argsOf(request: FastifyRequest): Fields {
  const body = typeof request.body === 'string' ? request.body : '';
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  const given = isJson ? fieldsOf(parsed(body)) : Object.fromEntries(new URLSearchParams(body));
  const args: Fields = { ...fieldsOf(request.query), ...given };
  for (const field of nested) if (typeof args[field] === 'string') args[field] = parsed(args[field]) ?? args[field];
  return args;
}
