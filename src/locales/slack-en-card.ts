// English: the card of a charge.

import type { CardTexts } from './slack-texts';

const times = (value: number): string => (value === 1 ? 'once' : `${value.toLocaleString('en-US')} times`);

export const slackEnCard: CardTexts = {
  heads: {
    DUE: 'Due',
    CHARGING: 'Under way',
    UNKNOWN: 'Being checked',
    RETRY_WAIT: 'Declined (will be retried)',
    FAILED: 'Declined',
    HELD: 'Held',
    ADJUDICATION: 'People must decide',
    CANCELED: 'Cancelled',
    PAID: 'Paid',
    REFUNDING: 'Being refunded',
    PARTLY_REFUNDED: 'Partly refunded',
    REFUND_UNKNOWN: 'Refund being checked',
    REFUNDED: 'Refunded',
  },
  declines: {
    funds: 'balance or limit',
    temporary: 'passing trouble at the PG or the issuer',
    card: 'unusable card',
    issuer: 'refused by the issuer',
    record: 'wrong customer data',
    merchant: 'our PG key or contract',
    unclassified: 'unclassified decline',
    duplicate: 'order already processed',
  },
  declineAdvice: {
    funds: 'Ask the customer to check balance and limit, then retry.',
    temporary: 'Time heals this. Retry in a while.',
    card: 'A new card has to be registered. This one is not charged again by itself.',
    issuer: 'The issuer gives no reason. Ask the customer to call the issuer; retry when that is settled.',
    record:
      "The PG does not accept this customer's data. Correct what is wrong (name, e-mail, phone, order name, amount, or the card's customer key), then retry.",
    merchant: "This is not the customer's card. Correct the PG key or contract settings, then retry.",
    unclassified: "Nobody has classified this decline yet. Read the PG's words in the reason, then retry or cancel.",
    duplicate: "The PG says that it processed this order before. Look at the history and the PG's console first.",
  },
  unsent: 'not sent to the PG (no money moved)',
  unsentAdvice: 'Nothing was sent to the PG, so no money moved. You can retry.',
  otherNo: 'no reason given',
  otherNoAdvice: 'Look at the history, then retry or cancel.',
  held: {
    PG_HOLD: { why: 'the PG is on hold', advice: 'It goes on when the PG is resumed (`/billing resume`).' },
    BREAKER: { why: 'the PG is in trouble', advice: 'It goes on by itself when the PG recovers.' },
    MERCHANT: {
      why: 'the PG refuses our key or contract',
      advice: 'Correct the PG settings, then resume the PG (`/billing resume`).',
    },
    CUSTOMER_UNKNOWN: {
      why: 'another charge of this customer is being checked',
      advice: 'It goes on by itself when that one is known.',
    },
    SUBSCRIPTION_PAUSED: { why: 'the subscription is paused', advice: 'It goes on when the subscription does.' },
    SUBSCRIPTION_ENDED: { why: 'the subscription has ended', advice: 'Cancel the charge if it is not owed.' },
    NO_CARD: { why: 'no usable card', advice: 'A new card has to be registered; then it goes on.' },
    KEY_SEALED: {
      why: "the card can't be opened",
      advice: "This is not the customer's card. Check `BILLING_KEY_SECRET` on the server.",
    },
    PG_NOT_CONFIGURED: {
      why: 'this server has no settings for that PG',
      advice: 'Check the PG settings on the server.',
    },
    BUDGET: {
      why: 'this card was tried as often as it may be',
      advice: 'It stopped before the issuer blocks us. Register a new card, or cancel the charge.',
    },
    OWN_ERROR: { why: 'our own error before anything was sent', advice: 'No money moved. See the log of the server.' },
  },
  due: (at) => (at ? `It is charged by itself after ${at}.` : 'It is charged by itself soon.'),
  charging: 'Waiting for the answer of the PG.',
  unknown: (nextAt) =>
    `Money may have moved. *Do not charge again.* The PG is being asked${nextAt ? ` (next at ${nextAt})` : ''}.`,
  retryWait: (at) =>
    `${at ? `It is charged again at ${at}.` : 'It is charged again by itself.'} You can retry now, too.`,
  adjudication: (order) =>
    `The machine could not find out what happened. Money may have moved: *do not charge again.*\nLook for order ${order} in the PG's console. If the payment is there, press Check result to ask the PG again. If that does not settle it, an operator and an approver decide together; one person alone can't.`,
  canceled: 'Nobody collects this charge any more. No money was taken.',
  paid: ({ at, card, refund }) =>
    `Approved${at ? ` ${at}` : ''}${card ? ` (${card})` : ''}. Refunds are made on the server: ${refund}`,
  refunding: 'A refund was asked for; waiting for the answer of the PG.',
  partlyRefunded: ({ refunded, amount, refund }) =>
    `${refunded} of ${amount} went back. The rest is refunded on the server: ${refund}`,
  refundUnknown: 'The PG is being asked whether the money went back. *Do not refund again.*',
  refunded: ({ refunded }) => `${refunded} went back.`,
  surplus: ({ amount, order, refund }) =>
    `*The PG captured too much:* ${amount}, order ${order}. It belongs to the customer; give it back on the server: ${refund}`,
  fields: {
    why: 'Reason',
    attempts: 'Attempts',
    card: 'Card',
    charge: 'Charge',
    billingDate: 'Billing date',
    order: 'Order',
    sent: 'Sent',
    asked: 'Asked',
    lastAnswer: "The PG's last answer",
  },
  attempts: {
    count: (value) => value.toLocaleString('en-US'),
    nth: (value) => `#${value}`,
    next: (at) => `next retry ${at}`,
    noNext: 'no automatic retry',
  },
  evidence: {
    sent: ({ first, last, times: sent, pg }) => `${first} ${pg}${last ? `, last ${last} (${times(sent)})` : ''}`,
    asked: (asked) => (asked === 0 ? 'no answer yet' : `${times(asked)}, without a clear answer`),
    noAnswer: 'none',
  },
  reply: ({ count, why, next }) => `Attempt ${count} was declined as well: ${why} · ${next}`,
  approved: ({ at, card }) => `approved${at ? ` ${at}` : ''}${card ? ` (${card})` : ''}`,
  open: 'being checked',
};
