// What may go wrong, as data. A plan of faults is replaced as a whole, over HTTP or in process.
//
// `times` limits how often a fault strikes (always, when absent) and `after` lets that many calls pass first, so
// `{ method: 'chat.postMessage', after: 2, times: 1, … }` strikes the third post and no other. Of several faults for a
// method the first that can strike does.

import { z } from 'zod';

const dayMs = 86_400_000;
const count = z.number().int().min(1).optional();
const aim = {
  /** A method of the Web API, `response_url`, or `*` for all. */
  method: z.string().min(1),
  after: z.number().int().min(0).optional(),
  times: count,
};

const apiFault = z.discriminatedUnion('kind', [
  /** A status that is not 200, and a page instead of JSON; nothing was done. */
  z.strictObject({ kind: z.literal('status'), ...aim, status: z.number().int().min(400).max(599) }),
  z.strictObject({ kind: z.literal('ratelimited'), ...aim, retryAfter: z.number().int().min(0) }),
  /** `{"ok":false,"error":…}`: `token_revoked`, `is_archived`, anything. */
  z.strictObject({ kind: z.literal('error'), ...aim, error: z.string().min(1) }),
  /** Neither done nor ever answered. */
  z.strictObject({ kind: z.literal('hang'), ...aim }),
  /** The connection is destroyed before anything has happened. */
  z.strictObject({ kind: z.literal('drop'), ...aim }),
  /** Done, and the connection destroyed instead of the answer. */
  z.strictObject({ kind: z.literal('answer-lost'), ...aim }),
  /** Done, this much later. */
  z.strictObject({ kind: z.literal('delay'), ...aim, ms: z.number().int().min(0).max(dayMs) }),
]);

export const disconnectReason = z.enum(['warning', 'refresh_requested', 'too_many_websockets', 'link_disabled']);

export const faultPlanSchema = z.strictObject({
  api: z.array(apiFault).optional(),
  sockets: z
    .strictObject({
      /** Recycles one socket after another, one each time this long has passed. */
      recycleEveryMs: z.number().int().min(10).max(dayMs).optional(),
      reason: disconnectReason.optional(),
      /** This many of the next acks get lost on the way; `true` for all. */
      dropAcks: z.union([z.number().int().min(0), z.boolean()]).optional(),
      /** This many of the next envelopes are delivered twice; `true` for all. */
      deliverTwice: z.union([z.number().int().min(0), z.boolean()]).optional(),
    })
    .optional(),
});

export type ApiFault = z.infer<typeof apiFault>;
export type DisconnectReason = z.infer<typeof disconnectReason>;
export type FaultPlan = z.infer<typeof faultPlanSchema>;

interface Armed {
  readonly fault: ApiFault;
  pass: number;
  left: number;
}

export class Faults {
  private plan: FaultPlan = {};
  private armed: Armed[] = [];
  private acksToDrop = 0;
  private envelopesToDouble = 0;

  constructor(private readonly replaced: (plan: FaultPlan) => void) {}

  get(): FaultPlan {
    return this.plan;
  }

  /** Replaces the whole plan; everything is counted from the start again. */
  set(plan: FaultPlan): void {
    this.plan = plan;
    this.armed = (plan.api ?? []).map((fault) => ({
      fault,
      pass: fault.after ?? 0,
      left: fault.times ?? Number.POSITIVE_INFINITY,
    }));
    this.acksToDrop = countOf(plan.sockets?.dropAcks);
    this.envelopesToDouble = countOf(plan.sockets?.deliverTwice);
    this.replaced(plan);
  }

  /** The fault this call meets; one of its times is used. */
  strike(method: string): ApiFault | undefined {
    let struck: Armed | undefined;
    for (const armed of this.armed) {
      if (armed.fault.method !== '*' && armed.fault.method !== method) continue;
      if (armed.pass > 0) armed.pass -= 1;
      else if (armed.left > 0) struck ??= armed;
    }
    if (struck !== undefined) struck.left -= 1;
    return struck?.fault;
  }

  dropsThisAck(): boolean {
    this.acksToDrop -= 1;
    return this.acksToDrop >= 0;
  }

  deliversThisTwice(): boolean {
    this.envelopesToDouble -= 1;
    return this.envelopesToDouble >= 0;
  }
}

const countOf = (count: number | boolean | undefined): number =>
  count === true ? Number.POSITIVE_INFINITY : Number(count ?? 0);
