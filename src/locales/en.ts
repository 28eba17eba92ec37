// English.

import type { Texts } from './texts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const en: Texts = {
  won: (amount) => `₩${amount.toLocaleString('en-US')}`,
  date: (date) => `${months[Number(date.slice(5, 7)) - 1]} ${Number(date.slice(8, 10))}`,
  states: {
    DUE: 'due',
    CHARGING: 'being charged',
    UNKNOWN: 'being checked',
    RETRY_WAIT: 'declined, will be retried',
    FAILED: 'declined',
    HELD: 'held',
    ADJUDICATION: 'people must decide',
    CANCELED: 'cancelled',
    PAID: 'approved',
    REFUNDING: 'being refunded',
    PARTLY_REFUNDED: 'partly refunded',
    REFUND_UNKNOWN: 'refund being checked',
    REFUNDED: 'refunded',
  },
  held: {
    PG_HOLD: 'the PG is on hold; lift it with resume',
    BREAKER: 'the PG is in trouble; collected when it recovers',
    MERCHANT: 'the PG refuses our key or contract; correct the settings, then resume',
    CUSTOMER_UNKNOWN: 'another charge of this customer is being checked',
    SUBSCRIPTION_PAUSED: 'the subscription is paused',
    SUBSCRIPTION_ENDED: 'the subscription has ended; cancel the charge if it is not owed',
    NO_CARD: 'no usable card is registered',
    KEY_SEALED: "the card can't be opened; check BILLING_KEY_SECRET",
    PG_NOT_CONFIGURED: 'this server has no settings for that PG',
    BUDGET: 'this card was tried as often as it may be',
    OWN_ERROR: 'our own error before anything was sent; see the log',
  },
  acts: {
    CHARGE: 'charge',
    REFUND: 'refund',
    CANCEL: 'cancel',
    UNCANCEL: 'cancel taken back',
    INQUIRY: 'inquiry',
    KEY_ISSUE: 'card registered',
    KEY_REVOKE: 'card revoked',
    APPROVAL: 'approval',
    ADJUDICATION: 'adjudication',
    HOLD: 'PG held',
    RESUME: 'PG resumed',
    REFUSED: 'refused',
  },
  rowStatuses: { REQUESTED: 'requested', SUCCESS: 'success', FAILED: 'failed', UNKNOWN: 'unknown', CANCELED: 'done' },
  answer: {
    paid: ({ date, amount, at, card }) => `Paid: ${amount} for ${date}, approved ${at}${card ? ` (${card})` : ''}`,
    refunded: ({ date, amount, whole }) => `${whole ? 'Refunded' : 'Partly refunded'}: ${amount} of ${date}`,
    notYet: ({ date, amount, state, said, nextTry }) =>
      `Not yet: ${amount} for ${date}, ${state}${said ? ` (${said})` : ''}${nextTry ? `, next try ${nextTry}` : ''}`,
    nothing: () => 'Not yet: nothing was ever charged',
    next: ({ date, at }) => `next billing date ${date} ${at}`,
    forCustomer: {
      paid: ({ name, date, amount, card }) =>
        `Dear ${name}, your payment of ${amount} for ${date} was approved${card ? ` on ${card}` : ''}.`,
      refunded: ({ name, date, amount }) => `Dear ${name}, ${amount} of your payment for ${date} was refunded.`,
      checking: ({ name, date, amount }) =>
        `Dear ${name}, we are checking the result of your payment of ${amount} for ${date} and will let you know.`,
      notYet: ({ name, date, amount }) => `Dear ${name}, ${amount} for ${date} has not been paid yet.`,
      nothing: ({ name, next }) =>
        `Dear ${name}, nothing was charged yet.${next ? ` Your next billing date is ${next}.` : ''}`,
    },
  },
  nobodyFound: (typed) =>
    `No customer or charge matches "${typed}". Search by (part of) a name, a phone number or its last four digits, a customer id, a charge id or an order id.`,
  severalFound: (typed, count) => `${count} customers match "${typed}". Search again by customer id:`,
  rows: (count) => `${count} rows of history`,
};
