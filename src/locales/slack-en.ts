// English: Slack.

import { en } from './en';
import { slackEnCard } from './slack-en-card';
import type { SlackTexts } from './slack-texts';

const number = (value: number): string => value.toLocaleString('en-US');
const charges = (value: number): string => `${number(value)} ${value === 1 ? 'charge' : 'charges'}`;

export const slackEn: SlackTexts = {
  common: en,
  number,
  count: number,
  countAndSum: (value, sum) => `${charges(value)}, ${sum}`,
  date: (date, withYear) => `${en.date(date)}${withYear ? ` ${date.slice(0, 4)}` : ''}`,
  billingDate: (date) => `for ${date}`,
  cycleName: (date) => `Billing of ${date}`,
  customer: 'customer',
  people: {
    terminal: (name) => `${name} (terminal)`,
    machines: { cycle: 'billing cycle', ladder: 'automatic retry', sweeper: 'automatic check', pg: 'PG' },
  },
  did: (act, isRetry) =>
    ({
      CHARGE: isRetry ? 'retried' : 'charged',
      REFUND: 'asked for a refund',
      CANCEL: 'cancelled it',
      UNCANCEL: 'took the cancel back',
      INQUIRY: 'asked the PG',
      KEY_ISSUE: 'registered a card',
      KEY_REVOKE: 'revoked a card',
      APPROVAL: 'approved',
      ADJUDICATION: 'decided',
      HOLD: 'held the PG',
      RESUME: 'resumed the PG',
      REFUSED: 'was refused',
    })[act],
  byWhom: ({ who, what, at }) => `${who} ${what}, ${at}`,
  spoken: ({ name, amount, label }) => `${label}: ${name}, ${amount}`,
  understoodAs: (typed, verb) => `Understood "${typed}" as "${verb}".`,
  buttons: {
    retry: 'Retry',
    cancel: 'Cancel charge',
    uncancel: 'Undo cancel',
    resolve: 'Check result',
    history: 'History',
    newer: 'Newer',
    older: 'Older',
  },
  confirms: {
    retry: ({ name, amount, card }) => ({
      title: 'Charge again?',
      text: `${amount} is charged to ${card ?? 'the registered card'} of ${name} now.`,
      confirm: 'Retry',
    }),
    cancel: () => ({
      title: 'Cancel the charge?',
      text: 'Nobody collects this charge any more. No money was taken.',
      confirm: 'Cancel charge',
    }),
    uncancel: ({ name, amount, date }) => ({
      title: 'Undo the cancel?',
      text: `${amount} of ${name} for ${date} is charged right away.`,
      confirm: 'Undo cancel',
    }),
    deny: 'Go back',
  },
  card: slackEnCard,
  answer: {
    lead: { paid: 'Paid', refunded: 'Refunded', partlyRefunded: 'Partly refunded', notYet: 'Not yet' },
    nothing: 'nothing was ever charged',
    paid: ({ date, amount, at, card }) => `${amount} ${date}, approved ${at}${card ? ` (${card})` : ''}`,
    refunded: ({ date, amount, refunded }) => `${refunded ? `${refunded} of ` : ''}${amount} ${date}`,
    notYet: ({ date, amount, state, said, nextTry }) =>
      `${amount} ${date}, ${state}${said ? ` ("${said}")` : ''}${nextTry ? `, next retry ${nextTry}` : ''}`,
  },
  history: {
    noSubscription: 'No subscription.',
    copy: 'To send to the customer',
    subscription: { PAUSED: 'subscription paused', ENDED: 'subscription ended' },
    moreSubscriptions: (value) => `${number(value)} more subscriptions are not shown.`,
    rows: ({ count: rows, page, pages }) =>
      `${number(rows)} rows of history${pages > 1 ? ` (page ${page} of ${pages})` : ''}`,
    pageSpoken: ({ label, page, pages }) => `${label} history, page ${page} of ${pages}`,
  },
  bins: {
    due: 'Due',
    paid: 'Paid',
    failed: 'Declined',
    unknown: 'Being checked',
    held: 'Held',
    canceled: 'Cancelled',
  },
  cycle: {
    heads: {
      PLANNING: (name) => `${name}: being planned`,
      AWAITING_APPROVAL: (name) => `${name}: waits for approval`,
      RUNNING: (name) => `${name}: under way`,
      PAUSED: (name) => `${name}: paused`,
      DONE: (name) => `${name}: result`,
      ABORTED: (name) => `${name}: aborted`,
    },
    started: ({ at, who }) => `Started ${at} · ${who}`,
    rate: (percent) => `Success rate ${percent}`,
    ofWhichRefunded: (value) => `of these refunded: ${number(value)}`,
    ofWhichRetried: (value) => `of these retried by itself: ${number(value)}`,
    reasons: 'Why declined',
    held: 'Why held',
    retries: 'Automatic retries',
    more: (value) => `${number(value)} more`,
    moreTimes: (value) => `at ${number(value)} later times`,
    took: (seconds) => `took ${tookInWords(seconds)}`,
    ended: (name) => `${name} is over`,
    aborted: (name) => `${name} was aborted`,
  },
  reminder: {
    failed: 'Declined',
    unknown: 'Being checked',
    held: 'Held',
    surplus: 'To give back',
    nothing: 'No charge waits for anybody.',
    hint: 'Retry or cancel on the card. A card that is hard to find opens with `/billing history CHARGE`.',
    more: (value) => `${number(value)} more`,
  },
  pg: {
    held: ({ name, who, at, why, byPg }) =>
      byPg
        ? `${name} is on hold${at ? ` since ${at}` : ''}: the PG refused our key or contract${why ? ` ("${why}")` : ''}. Correct the settings, then resume. Questions and refunds go on.`
        : `${name} is on hold${at ? ` since ${at}` : ''} by ${who}${why ? ` ("${why}")` : ''}. Nothing is sent until it is resumed; questions and refunds go on.`,
    sick: ({ name, since, probe }) =>
      `${name} is in trouble and left alone since ${since}. It is probed by itself${probe ? ` (next at ${probe})` : ''}, and charges go on when it recovers.`,
    open: (name) => `${name} works; charges are being sent.`,
    waiting: (value) => `${charges(value)} waiting.`,
    hold: {
      button: (pg) => `Hold ${pg}`,
      confirm: (pg) => ({
        title: `Hold ${pg}?`,
        text: 'No new charge or retry is sent until it is resumed. Questions and refunds go on.',
        confirm: 'Hold',
      }),
      ask: 'Press the PG to hold. No new charge or retry is sent; questions and refunds go on.',
      nothing: 'Everything is on hold already.',
      done: (pg) => `${pg} is on hold now. To go on: \`/billing resume\`.`,
      already: (pg) => `${pg} was on hold already.`,
    },
    resume: {
      button: (pg) => `Resume ${pg}`,
      confirm: (pg) => ({
        title: `Resume ${pg}?`,
        text: 'Charges that were held are sent right away.',
        confirm: 'Resume',
      }),
      ask: 'Press the PG to resume. Charges that were held are sent right away.',
      nothing: 'No PG is on hold.',
      done: (pg) => `${pg} is resumed. What was held is being sent.`,
      already: (pg) => `${pg} was not on hold.`,
    },
  },
  missed: {
    open: ({ name, what }) =>
      `${name} did not run (${what}). It is too old to be charged without being asked. Press Run to charge it.`,
    nothing: (name) => `${name}: nothing is left to charge.`,
  },
  digest: {
    kinds: {
      card: 'cards',
      reply: 'failed retries',
      success: 'approvals',
      cycle: 'cycle messages',
      'cycle-end': 'ends of cycles',
      reminder: 'reminders',
      pg: 'PG notices',
      missed: 'missed dates',
      checkpoint: 'fingerprints',
    },
    said: (what) =>
      `Some messages could not be sent to Slack for more than a day${what === '' ? '' : `: ${what}`}. They are told here at once instead of one by one.`,
    hint: 'How things stand: `/billing status`; one customer: `/billing history NAME`.',
  },
  checkpoint: ({ fingerprint, chains, at }) =>
    `Fingerprint of the audit table ${fingerprint}${chains === null ? '' : ` · ${number(chains)} chains`}${at ? ` · ${at}` : ''}`,
  refusal: {
    operator: ({ user, setting }) =>
      `Only operators may do that. Your Slack id is ${user}. Add it to ${setting} in the .env of the server and restart the bot.`,
    reader: ({ user, setting, channel }) =>
      `Here only listed people may read. ${channel ? `In ${channel} everybody may. ` : ''}Your Slack id is ${user}. Add it to ${setting} in the .env of the server and restart the bot.`,
    otherTeam: (user) =>
      `Members of another workspace (${user}) can't use this bot. Ask an operator of this workspace.`,
  },
  trouble: (id) =>
    `An error of ours; this was not done, or not to its end. Try again in a moment; if it stays, tell whoever runs the server this id: ${id}. Look at the history first to see what was done.`,
  find: {
    several: ({ count: found, more }) =>
      `${more ? 'More than ' : ''}${number(found)} customers match. ${more ? 'Type more, or press' : 'Press'} the one you mean.`,
    pickSpoken: (label) => `History of ${label}`,
    charges: ({ count: found, ids }) => `${charges(found)} begin like that: ${ids}. Type more of the charge id.`,
    nobody: (typed) => `No customer or charge matches "${typed}".`,
    nearest: (names) => `Did you mean ${names}?`,
    how: 'Search by (part of) a name, a phone number or its last four digits, a customer id, a charge id or an order id.',
  },
  typed: {
    someName: 'NAME',
    unknown: ({ typed, nearest, help }) =>
      `Unknown command "${typed}". ${nearest ? `Did you mean ${nearest}? ` : ''}What there is: ${help}.`,
    tooLong: (most) => `Too long; type at most ${number(most)} characters.`,
    whichCharge: ({ example, history }) =>
      `Which charge? Name its id, for example ${example}. It stands on the card, and ${history} finds it.`,
    badDate: ({ typed, example }) =>
      `"${typed}" is no date that can be charged. Type today or a past date as YYYY-MM-DD, for example ${example}`,
    badPg: ({ typed, pgs }) => `"${typed}" is no PG. There are: ${pgs}`,
    notYetBuilt: ({ verb, help }) => `${verb} is not built yet. What there is: ${help}.`,
  },
  help: {
    title: 'What you can type',
    commands: [
      ['history NAME', 'whether it was paid, and the history (a bare name does it, too)'],
      ['retry CHARGE', 'retry'],
      ['cancel CHARGE', 'cancel the charge; no money moves'],
      ['uncancel CHARGE', 'undo a cancel'],
      ['resolve CHARGE', 'ask the PG what became of it'],
      ['refund CHARGE', 'how to refund'],
      ['status', 'how everything stands'],
      ['run [DATE]', "run a billing date's cycle"],
      ['hold [PG] · resume [PG]', 'the kill switch'],
      ['verify', 'whether the history is what was written'],
    ],
    notes: ({ time }) =>
      `Charges are sent by themselves at ${time} on every billing day. Nothing that moves money happens by typing: a button asks once more.`,
  },
  status: { title: 'How everything stands', nothing: 'No charges yet.' },
  verify: {
    holds: ({ rows, chains }) => `The history holds: ${rows} rows in ${chains} chains, all computed again.`,
    broken: ({ customer, seq, why }) =>
      `The history does not hold: customer ${customer}, row ${seq}: "${why}". Somebody may have changed the database. Tell whoever runs the server at once.`,
  },
  run: {
    adds: ({ name, what }) => `${name} would add ${what}.`,
    addsNothing: (name) => `${name} has nothing to add.`,
    unsent: (what) => `Not sent yet: ${what}.`,
    stands: (what) => `So far: ${what}`,
    early: (what) => `Of these, ${what} joined after that date. Make sure that they were not collected another way.`,
    button: (name) => `Run: ${name}`,
    confirm: ({ name, what }) => ({
      title: 'Charge now?',
      text: `${name}: ${what} are charged now. What was charged before is not charged again.`,
      confirm: 'Charge',
    }),
    started: ({ name, added }) => `${name} has started (${added} new). Its message in the channel shows how it goes.`,
  },
  acts: {
    ask: {
      retry: 'Retry this charge?',
      cancel: 'Cancel this charge?',
      uncancel: 'Undo the cancel of this charge?',
      resolve: 'Ask the PG what became of it?',
    },
    cannot: {
      retry: (state) => `It can't be retried now (${state}).`,
      cancel: (state) => `It can't be cancelled now (${state}).`,
      uncancel: (state) => `There is no cancel to undo (${state}).`,
      resolve: (state) => `There is nothing to ask the PG about (${state}).`,
    },
    paid: ({ name, amount }) => `${name}: the payment of ${amount} is approved.`,
    declined: ({ name, amount, why }) => `${name}: the payment of ${amount} was declined: ${why}.`,
    declinedAgain: ({ name, amount, why }) => `${name}: the payment of ${amount} was declined again: ${why}.`,
    canceled: ({ name, amount }) => `${name}: the charge of ${amount} is cancelled. No money was taken.`,
    uncanceled: ({ name, amount }) => `${name}: the charge of ${amount} is due again and is sent soon.`,
    now: ({ name, amount, state }) => `Now: ${name}, ${amount}, ${state}.`,
    already: ({ who, what, at }) => `${who} ${what} already, ${at}.`,
    movedOn: 'It has moved meanwhile, so nothing was done.',
    obstacle: ({ name, act, why }) => `${act} is not possible for ${name} now: ${why}.`,
    wait: (name) =>
      `Another charge of ${name} is under way, or the PG asked for a pause. Nothing was sent; try again in a moment.`,
    gone: (named) => `There is no charge ${named}. Check its id.`,
    unknownButton: (help) => `This button is out of use; nothing was done. See ${help} for what there is.`,
  },
  refund: {
    someCharge: 'CHARGE',
    how: (command) =>
      `Refunds are made at a terminal of the server so far: ${command}. A large one takes an approver as well (--approver NAME).`,
    cannot: (state) => `There is no money to give back (${state}).`,
  },
};

function tookInWords(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : '', `${seconds % 60} s`];
  return parts.filter((part) => part !== '').join(' ');
}
