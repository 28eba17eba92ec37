// The same verbs over HTTP, for the page and for programs in other processes. No token is asked for; the workspace
// listens on loopback. A body has to be called JSON, which another site's page cannot do without being asked first.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Control } from './control';
import { disconnectReason, faultPlanSchema } from './faults';
import { parsed } from './fields';

const text = z.string();
const id = z.string().min(1);
const choice = z.union([text, z.array(text)]).optional();
const values = z.record(z.string(), z.unknown());
const used = { actionId: id, blockId: id.optional(), value: choice };
const bodies = {
  slash: z.strictObject({ user: id, text, channel: id.optional() }),
  say: z.strictObject({ user: id, text: z.string().min(1), channel: id.optional(), threadTs: id.optional() }),
  click: z.union([
    z.strictObject({ user: id, viewId: id, values: values.optional(), ...used }),
    z.strictObject({ user: id, channel: id.optional(), ts: id.optional(), ephemeralId: id.optional(), ...used }),
  ]),
  otherTeamClick: z.strictObject({ channel: id.optional(), ts: id, ...used }),
  submit: z.strictObject({ viewId: id, values, user: id }),
  closeView: z.strictObject({ viewId: id, user: id, all: z.boolean().optional() }),
  dismiss: z.strictObject({ id: z.number() }),
  reload: z.strictObject({ user: id }),
  channel: z.strictObject({ hasBot: z.boolean().optional(), isArchived: z.boolean().optional() }),
  recycle: z.strictObject({ reason: disconnectReason.optional(), how: z.enum(['drained', 'at once']).optional() }),
  malformed: z.strictObject({ text: text.optional() }),
  down: z.strictObject({ ms: z.number().int().min(1).max(86_400_000).optional() }),
};

type Query = Readonly<Record<string, string | undefined>>;

export function addControlRoutes(app: FastifyInstance, control: Control): void {
  addVerbs(app, control);
  addLooks(app, control);
}

function addVerbs(app: FastifyInstance, control: Control): void {
  const on = <T>(path: string, schema: z.ZodType<T>, act: (body: T) => unknown, method: 'POST' | 'PUT' = 'POST') =>
    app.route({ method, url: `/control/${path}`, handler: (request, reply) => carryOut(request, reply, schema, act) });

  on('slash', bodies.slash, ({ user, text: typed, channel }) => control.slash(user, typed, channel));
  on('say', bodies.say, ({ user, text: said, channel, threadTs }) => control.say(user, said, channel, threadTs));
  on('click', bodies.click, (button) => ('viewId' in button ? control.clickInView(button) : control.click(button)));
  on('other-team-click', bodies.otherTeamClick, (button) => control.otherTeamClick(button));
  on('submit', bodies.submit, ({ viewId, values: filled, user }) => control.submit(viewId, filled, user));
  on('close-view', bodies.closeView, ({ viewId, user, all }) => control.closeView(viewId, user, all));
  on('dismiss', bodies.dismiss, ({ id: notice }) => control.dismissNotice(notice));
  on('reload', bodies.reload, ({ user }) => control.reload(user));
  on('faults', faultPlanSchema, (plan) => control.setFaults(plan), 'PUT');
  on('recycle', bodies.recycle, async ({ reason, how }) => ({ left: await control.recycle(reason, how) }));
  on('malformed-frame', bodies.malformed, ({ text: frame }) => control.malformedFrame(frame));
  on('down', bodies.down, ({ ms }) => control.down(ms));
  on('up', z.unknown(), () => control.up());
  app.put('/control/channels/:channel', (request, reply) =>
    carryOut(request, reply, bodies.channel, (state) =>
      control.setChannel((request.params as { channel: string }).channel, state),
    ),
  );
}

function addLooks(app: FastifyInstance, control: Control): void {
  const on = (path: string, look: (query: Query) => unknown) =>
    app.get(`/control/${path}`, (request, reply) => attempt(reply, () => look(request.query as Query)));

  on('messages', ({ channel }) => control.messages(channel));
  on('thread', ({ channel = '', ts = '' }) => control.thread(channel, ts));
  on('ephemerals', ({ user = '' }) => control.ephemerals(user));
  on('views', ({ user = '' }) => control.views(user));
  on('notices', ({ user = '' }) => control.notices(user));
  on('api-calls', ({ method }) => control.apiCalls(method));
  on('api-counts', () => control.apiCounts());
  on('deliveries', () => control.deliveries());
  on('sockets', () => ({ open: control.sockets() }));
  on('faults', () => control.faults());
}

function carryOut<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  schema: z.ZodType<T>,
  act: (body: T) => unknown,
): Promise<FastifyReply> | FastifyReply {
  if (request.headers['content-type']?.startsWith('application/json') !== true)
    return reply.code(415).send({ error: 'the body of a control request is application/json' });
  const read = schema.safeParse(parsed(String(request.body ?? '')));
  if (!read.success) return reply.code(400).send({ error: z.prettifyError(read.error) });
  return attempt(reply, () => act(read.data));
}

/** What cannot be done, such as a button that is gone by now, is told in a sentence. */
async function attempt(reply: FastifyReply, act: () => unknown): Promise<FastifyReply> {
  try {
    return reply.send((await act()) ?? { done: true });
  } catch (error) {
    return reply.code(409).send({ error: error instanceof Error ? error.message : String(error) });
  }
}
