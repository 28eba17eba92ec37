// What may go wrong, as data. A plan of faults is replaced as a whole, over HTTP or in process.
//
// Durations are real milliseconds. `times` limits how often a fault strikes (always, when absent), so a list is a small
// script: `[{ kind: 'drop', times: 1 }, { kind: 'decline', code: 'REJECT_CARD_PAYMENT', times: 1 }]` drops the first
// transmission, declines the second and leaves the third alone. Latencies add up and let the next fault in the list
// strike as well; of all others one strikes per request.

import { z } from 'zod';

const dayMs = 86_400_000;
const ms = z.number().int().min(0).max(dayMs);
const code = z.string().min(1);
const times = z.number().int().min(1).optional();
const status = z.number().int().min(400).max(599).optional();
const words = { code, message: z.string().optional(), status };
const plain = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), times });

const chargeFault = z.discriminatedUnion('kind', [
  /** The charge takes this much longer. */
  z.strictObject({ kind: z.literal('latency'), ms, times }),
  /** The card is refused. A code that Toss does not have is answered as 400 unless `status` says otherwise. */
  z.strictObject({ kind: z.literal('decline'), ...words, times }),
  /** The connection is destroyed before anything has happened. */
  plain('drop'),
  /** Approved, and the connection destroyed instead of the answer. */
  plain('approve-then-drop'),
  /** Neither approved nor ever answered. */
  plain('hang'),
  /** Never answered; the approval is booked after this long. */
  z.strictObject({ kind: z.literal('late-approval'), ms, times }),
  /** 500, nothing booked. */
  plain('500-before'),
  /** 500, although the approval is booked. */
  plain('500-after'),
  /** A proxy's 502 page; Toss never heard of it. */
  plain('html'),
  /** A proxy's 502 page; Toss booked the approval and answered it. */
  plain('html-after'),
  /** Booked rightly; the answer tells another amount. */
  plain('other-amount'),
  /** Booked rightly; the answer tells another order. */
  plain('other-order'),
  /** Answered with this code, although the approval is booked. */
  z.strictObject({ kind: z.literal('decline-but-approved'), ...words, times }),
  /** Booked, answered 500 FAILED_BILLING_AUTO_CANCEL, and taken back after this long. */
  z.strictObject({ kind: z.literal('auto-cancel'), ms, times }),
  /** 429, with `Retry-After` in seconds when given. */
  z.strictObject({ kind: z.literal('too-many'), retryAfter: z.number().int().min(0).optional(), times }),
  /** 403 FORBIDDEN_CONSECUTIVE_REQUEST. */
  plain('consecutive'),
]);

const lookupFault = z.discriminatedUnion('kind', [
  plain('lookup-500'),
  plain('lookup-html'),
  plain('lookup-hang'),
  /** Not found until this long after the approval. */
  z.strictObject({ kind: z.literal('lookup-late'), ms, times }),
  /** Not found, whatever the books say. */
  plain('lookup-missing'),
]);

const cancelFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cancel-decline'), ...words, times }),
  /** Cancelled, and the connection destroyed instead of the answer. */
  plain('cancel-then-drop'),
  /** The connection is destroyed before anything has happened. */
  plain('cancel-drop'),
  plain('cancel-500-before'),
  plain('cancel-500-after'),
  plain('cancel-hang'),
]);

const fault = z.discriminatedUnion('kind', [chargeFault, lookupFault, cancelFault]);
const faults = z.array(fault);

export const faultPlanSchema = z.strictObject({
  /** Every call to the API takes this long at least. */
  latencyMs: ms.optional(),
  /** The most particular list is asked first: an order's, its billing key's, the mix, then the one for all. */
  byOrderId: z.record(z.string(), faults).optional(),
  byBillingKey: z.record(z.string(), faults).optional(),
  all: faults.optional(),
  /**
   * This share (0 … 1) of the requests meets one of these faults. Which ones is decided by a hash of seed, order id and
   * how often the order was sent, so the same seed gives the same day again. Here `times` counts an order's
   * transmissions: 1 means that only the first can be struck.
   */
  mix: z.strictObject({ rate: z.number().min(0).max(1), seed: z.union([z.string(), z.number()]), faults }).optional(),
});

export type ChargeFault = z.infer<typeof chargeFault>;
export type LookupFault = z.infer<typeof lookupFault>;
export type CancelFault = z.infer<typeof cancelFault>;
export type Fault = z.infer<typeof fault>;
export type FaultPlan = z.infer<typeof faultPlanSchema>;

/** The verbs of the API, as far as faults and counters tell them apart. */
export type Verb = 'charge' | 'lookup' | 'cancel' | 'billing-key';

/** The faults a verb can meet. */
export interface FaultsOf {
  charge: ChargeFault;
  lookup: LookupFault;
  cancel: CancelFault;
  'billing-key': never;
}

/** Which verb each kind of fault strikes. */
export const struckVerb = {
  latency: 'charge',
  decline: 'charge',
  drop: 'charge',
  'approve-then-drop': 'charge',
  hang: 'charge',
  'late-approval': 'charge',
  '500-before': 'charge',
  '500-after': 'charge',
  html: 'charge',
  'html-after': 'charge',
  'other-amount': 'charge',
  'other-order': 'charge',
  'decline-but-approved': 'charge',
  'auto-cancel': 'charge',
  'too-many': 'charge',
  consecutive: 'charge',
  'lookup-500': 'lookup',
  'lookup-html': 'lookup',
  'lookup-hang': 'lookup',
  'lookup-late': 'lookup',
  'lookup-missing': 'lookup',
  'cancel-decline': 'cancel',
  'cancel-then-drop': 'cancel',
  'cancel-drop': 'cancel',
  'cancel-500-before': 'cancel',
  'cancel-500-after': 'cancel',
  'cancel-hang': 'cancel',
} as const satisfies Record<Fault['kind'], Verb>;
