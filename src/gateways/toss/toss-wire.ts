// The words on the wire: what we write to Toss and what we read of its answers. Reading is tolerant, since Toss adds
// fields, enum values and codes without a new version; only what a decision needs must be there, and of the right type.

import { z } from 'zod';
import type { CancelRequest, ChargeRequest, IssueRequest } from '../pg-adapter';

/** Whole won as Toss writes them: JSON numbers. */
const amount = z.int().nonnegative();
/** A field we can do without: absent, null or of an unexpected type all read as undefined. */
const optional = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);
const text = z.string();

const cardSchema = z.object({ issuerCode: optional(text), number: optional(text) });

const cancellationSchema = z.object({
  cancelAmount: amount,
  transactionKey: optional(text),
  canceledAt: optional(text),
  /** `DONE`; foreign methods cancel asynchronously and say `IN_PROGRESS` or `ABORTED`. */
  cancelStatus: optional(text),
});

const paymentSchema = z.object({
  paymentKey: text.min(1).max(200),
  orderId: text,
  /** `DONE`, `CANCELED`, `PARTIAL_CANCELED`, `ABORTED`, `EXPIRED`, `READY`, `IN_PROGRESS`, `WAITING_FOR_DEPOSIT`, or new. */
  status: text,
  totalAmount: amount,
  /** What can still be given back; 0 is what "fully cancelled" means (the status may stay `PARTIAL_CANCELED`). */
  balanceAmount: optional(amount),
  type: optional(text),
  currency: optional(text),
  requestedAt: optional(text),
  approvedAt: optional(text),
  lastTransactionKey: optional(text),
  card: optional(cardSchema),
  failure: optional(z.object({ code: text, message: optional(text) })),
  cancels: optional(z.array(cancellationSchema)),
});
export type TossPayment = z.infer<typeof paymentSchema>;

const billingSchema = z.object({
  billingKey: text.min(1).max(200),
  customerKey: text,
  card: optional(cardSchema),
});
export type TossBilling = z.infer<typeof billingSchema>;

/**
 * Upper-case words joined by `_`, as every published code is: `Forbidden`, `403` and the like are other servers' words.
 * A message has up to 510 characters by Toss's reference; a longer one is somebody's page.
 */
const errorSchema = z.object({
  code: text.regex(/^[A-Z][A-Z0-9_]{2,99}$/),
  message: text.transform((message) => Array.from(message).slice(0, 510).join('')),
});
export type TossError = z.infer<typeof errorSchema>;
/** Toss's v1 API answers with the error itself, v2 with the error under `error`. */
const answeredErrorSchema = z.union([errorSchema, z.object({ error: errorSchema }).transform(({ error }) => error)]);

const read = <T>(schema: z.ZodType<T>, body: unknown): T | undefined => schema.safeParse(body).data;
export const paymentFrom = (body: unknown): TossPayment | undefined => read(paymentSchema, body);
export const billingFrom = (body: unknown): TossBilling | undefined => read(billingSchema, body);
export const errorFrom = (body: unknown): TossError | undefined => read(answeredErrorSchema, body);

/** Toss counts characters and refuses a longer name; nothing hangs on the end of one. */
const upTo100 = (name: string) => Array.from(name).slice(0, 100).join('');

export const issueBody = ({ authKey, customerKey }: IssueRequest) => ({ authKey, customerKey });

export function chargeBody({ amount, customerKey, orderId, orderName, customer }: ChargeRequest) {
  return {
    amount,
    customerKey,
    orderId,
    orderName: upTo100(orderName),
    ...(customer.email !== '' && { customerEmail: customer.email }),
    ...(customer.name !== '' && { customerName: upTo100(customer.name) }),
  };
}

/** What Toss and the card company get to read of a refund. Fixed: what a person typed as a reason stays with us. */
const cancelReason = '정기결제 환불';

/**
 * `refundableAmount` is an optimistic lock: Toss executes nothing when it holds another sum (measured). A full refund
 * names no amount, as the reference has it.
 */
export function cancelBody({ amount, remaining }: CancelRequest) {
  return { cancelReason, ...(amount !== remaining && { cancelAmount: amount }), refundableAmount: remaining };
}

/** The newest of a payment's cancellations: the one `lastTransactionKey` names, else the latest, else the last listed. */
export function newestCancellation({ cancels = [], lastTransactionKey }: TossPayment) {
  const named = cancels.find(({ transactionKey }) => transactionKey && transactionKey === lastTransactionKey);
  const when = (canceledAt: string | undefined) => instantFrom(canceledAt)?.getTime() ?? 0;
  return named ?? cancels.toSorted((a, b) => when(a.canceledAt) - when(b.canceledAt)).at(-1);
}

/** `2026-01-02T14:46:44+09:00`. Without an offset it is Korean time, which is what Toss writes then. */
export function instantFrom(written: string | undefined): Date | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/.exec(written ?? '');
  if (parts === null) return undefined;
  const [, seconds = '', fraction = '', offset = '+09:00'] = parts;
  const instant = new Date(`${seconds}${fraction.slice(0, 4)}${offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** Issuers by the code in `card.issuerCode`, as Toss's code page lists them. */
const issuers = new Map(
  Object.entries({
    '3K': '기업BC',
    '46': '광주',
    '71': '롯데',
    '30': '산업',
    '31': 'BC',
    '51': '삼성',
    '38': '새마을',
    '41': '신한',
    '62': '신협',
    '36': '씨티',
    '33': '우리',
    W1: '우리',
    '37': '우체국',
    '39': '저축',
    '35': '전북',
    '42': '제주',
    '15': '카카오뱅크',
    '3A': '케이뱅크',
    '24': '토스뱅크',
    '21': '하나',
    '61': '현대',
    '11': '국민',
    '91': '농협',
    '34': '수협',
    '6D': '다이너스',
    '6I': '디스커버',
    '4M': '마스타',
    '3C': '유니온페이',
    '7A': '아메리칸 익스프레스',
    '4J': 'JCB',
    '4V': '비자',
  }),
);

/** The card as a person recognises it: `신한 ····1234`, `현대 ····123*` where Toss masks the last digit; '' without one. */
export function cardText(card: TossPayment['card']): string {
  const issuer = issuers.get(card?.issuerCode ?? '');
  const ending = /(?=\**\d)[\d*]{4}$/.exec(card?.number ?? '')?.[0];
  return [issuer || (ending && '카드'), ending && `····${ending}`].filter(Boolean).join(' ');
}
