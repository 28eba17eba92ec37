// Whatever customers are called and PGs say: every message keeps Slack's limits and says nothing in their name.

import fc from 'fast-check';
import type { CustomerStory } from '../../../src/cycle/reading';
import type { CalendarDate } from '../../../src/domain/calendar';
import { type ChargeState, chargeStates } from '../../../src/domain/charge-state';
import { acts } from '../../../src/domain/history';
import { declineClasses } from '../../../src/domain/outcome';
import { type Attempt, heldReasons } from '../../../src/domain/picture';
import { won } from '../../../src/domain/won';
import { complaintsAboutBlocks } from '../../../src/sandbox/slack/block-rules';
import * as answers from '../../../src/slack/cards/answers';
import * as chargeCard from '../../../src/slack/cards/charge-card';
import * as cycleCard from '../../../src/slack/cards/cycle-card';
import type { Drawing, Drawn } from '../../../src/slack/cards/drawing';
import * as notices from '../../../src/slack/cards/notices';
import { aSurplus, later, order, tenOClock } from '../../domain/picture-builder';
import {
  customerOf,
  cycleStory,
  drawing,
  english,
  everyStory,
  minsu,
  october31,
  pgState,
  standingOf,
  storyOf,
} from './stories';

/** What a customer, a PG or somebody at a terminal might write. */
const hostile = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<!here|here>',
    '<@U0OUTSIDER1>',
    '<http://evil.example|결제하기>',
    '<!subteam^S0GROUP>',
    '<!date^1^{date}|x>',
    '&lt;!channel&gt;',
    '*bold* _i_ ~s~ `c`',
    '```',
    ':tada::x:',
    '\n> 인용\n• 줄',
    '김민수'.normalize('NFD'),
    '\u202e\u0000\u0007\u200b',
    '\ud800',
    '👩‍👩‍👧‍👦'.repeat(200),
    '',
    ' ',
  ),
  fc.constantFrom('가', '&', '<', '😀', '`', '<!channel> ', '*').map((unit) => unit.repeat(10_000)),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

interface Given {
  readonly text: string;
  readonly state: ChargeState;
  readonly drawing: Drawing;
}

const anybody = (text: string) => ({ id: text, name: text, phone: text, email: text });

const storyFrom = ({ text, state }: Given) =>
  storyOf(state, {
    customer: anybody(text),
    orderName: text,
    charge: { attempts: 12, ...(state === 'HELD' ? { heldReason: 'BUDGET' as const } : {}) },
    attempts: storyOf(state).attempts.flatMap((one): Attempt[] =>
      Array.from({ length: 12 }, (_, nth) => ({
        ...one,
        attemptNo: nth + 1,
        card: text,
        declineCode: one.declineCode === null ? null : text,
        declineMessage: one.declineMessage === null ? null : text,
      })),
    ),
    surpluses: [aSurplus(), aSurplus({ orderId: order(2), paymentKey: 'pay-2' })],
    lastAct: { act: 'CHARGE', actor: text === '' ? minsu : `cli:${text}`, at: later(60_000) },
  });

function customerFrom(given: Given): CustomerStory {
  const newest = storyFrom(given);
  const { subscriptions, rows } = customerOf(newest);
  const repeated = <Item>(items: readonly Item[], times: number): Item[] =>
    Array.from({ length: times }, () => items[0]!);
  return {
    customer: anybody(given.text),
    subscriptions: repeated(subscriptions, 9).map((one, nth) => {
      const charge = { ...newest.charge, id: `K7QM4XWP9RT${'ABCDEFGHJ'[nth]}` };
      return { ...one, orderName: given.text, newest: { ...newest, charge } };
    }),
    rows: repeated(rows, 10).map((row) => ({ ...row, code: given.text, reason: given.text, actor: given.text })),
    rowCount: 35,
  };
}

const preview = { count: 3, sum: 147_000, early: { count: 1, sum: 49_000 } };
const pgsFrom = (text: string) => [
  pgState({ heldBy: `cli:${text}`, heldAt: tenOClock, heldReason: text }),
  pgState({ heldBy: 'pg', heldAt: tenOClock, heldReason: text, provider: 'INICIS' }),
  pgState({ breakerOpenedAt: tenOClock, probeAt: later(5_000) }),
  pgState(),
];
const standing = (text: string) =>
  standingOf({
    states: new Map(chargeStates.map((state) => [state, { count: 3, sum: 147_000 }])),
    held: heldReasons.map((reason) => ({ reason, provider: 'TOSS', count: 3 })),
    surpluses: Array.from({ length: 30 }, () => ({ chargeId: 'K7QM4XWP9RTB', orderId: text, amount: 49_000 })),
  });
const waiting = (text: string) => ({
  count: 400,
  some: Array.from({ length: 100 }, () => ({
    chargeId: 'K7QM4XWP9RTB',
    customerName: text,
    amount: won(49_000),
    billingDate: october31,
    state: 'FAILED' as const,
  })),
});
const cycles = [
  cycleStory({
    reasons: [null, ...declineClasses].map((one) => ({ class: one, count: 2, sum: 98_000 })),
    held: heldReasons.map((reason) => ({ reason, count: 2 })),
    retries: Array.from({ length: 30 }, (_, nth) => ({ at: later(nth), count: 1 })),
  }),
  ...(['PLANNING', 'AWAITING_APPROVAL', 'RUNNING', 'PAUSED', 'ABORTED'] as const).map((state) =>
    cycleStory({ state, states: [], endedAt: null }),
  ),
];

/** Every function of the cards, called with that text wherever a text can come from outside. */
const everyMessage: Record<string, (given: Given) => Drawn[]> = {
  cardOf: (given) => [chargeCard.cardOf(storyFrom(given), given.drawing)],
  replyOf: (given) => [
    chargeCard.replyOf(storyFrom(given), given.drawing),
    chargeCard.replyOf(storyFrom(given), given.drawing, 2),
  ],
  successOf: (given) => [chargeCard.successOf(storyFrom(given), given.drawing)],
  cycleOf: ({ text, drawing: how }) =>
    cycles.map((one) => cycleCard.cycleOf({ ...one, startedBy: `cli:${text}` }, how)),
  cycleEndOf: ({ drawing: how }) => cycles.map((one) => cycleCard.cycleEndOf(one, how)),
  reminderOf: ({ text, drawing: how }) => [
    notices.reminderOf(waiting(text), standing(text), how),
    notices.reminderOf(waiting(text), standing(text), how, () => text),
    notices.reminderOf({ count: 0, some: [] }, standingOf({ states: new Map() }), how),
  ],
  pgNoticeOf: ({ text, drawing: how }) => pgsFrom(text).map((pg) => notices.pgNoticeOf(pg, 3, how)),
  missedOf: ({ drawing: how }) => [
    notices.missedOf(october31, preview, how),
    notices.missedOf(october31, { count: 0, sum: 0, early: { count: 0, sum: 0 } }, how),
  ],
  digestOf: ({ text, drawing: how }) => [
    notices.digestOf(text, how),
    notices.digestOf(JSON.stringify({ [text]: 3, card: 2, constructor: 1 }), how),
    notices.digestOf(null, how),
  ],
  checkpointOf: ({ text, drawing: how }) => [
    notices.checkpointOf(text, how),
    notices.checkpointOf(JSON.stringify({ digest: text, chains: 3, at: text }), how),
  ],
  refusalOf: ({ text, drawing: how }) =>
    (['operator', 'reader', 'other-team'] as const).map((kind) =>
      notices.refusalOf(kind, text, { ...how, channel: text }),
    ),
  troubleOf: ({ text, drawing: how }) => [notices.troubleOf(text, how)],
  historyAnswerOf: (given) =>
    [0, 1, 3].map((page) => answers.historyAnswerOf(customerFrom(given), page, given.drawing)),
  chargeAnswerOf: (given) => [answers.chargeAnswerOf(storyFrom(given), given.drawing)],
  severalOf: ({ text, drawing: how }) => {
    const customers = Array.from({ length: 40 }, () => ({ ...anybody(text), orderNames: [text, text, text] }));
    return [answers.severalOf({ kind: 'customers', customers, more: true }, how)];
  },
  chargesOf: ({ drawing: how }) => [
    answers.chargesOf(
      Array.from({ length: 500 }, () => 'K7QM4XWP9RTB'),
      how,
    ),
  ],
  nobodyOf: ({ text, drawing: how }) => [answers.nobodyOf(text, [text, text], how)],
  unknownCommandOf: ({ text, drawing: how }) => [
    answers.unknownCommandOf(text, text, how),
    answers.unknownCommandOf(text, null, how),
  ],
  tooLongOf: ({ drawing: how }) => [answers.tooLongOf(200, how)],
  whichChargeOf: ({ text, drawing: how }) => [answers.whichChargeOf(text, how)],
  badDateOf: ({ text, drawing: how }) => [answers.badDateOf(text, october31, how)],
  badPgOf: ({ text, drawing: how }) => [answers.badPgOf(text, how)],
  notYetBuiltOf: ({ text, drawing: how }) => [answers.notYetBuiltOf(text, how)],
  helpOf: ({ drawing: how }) => [answers.helpOf(how)],
  statusOf: ({ text, drawing: how }) => [
    answers.statusOf(standing(text), pgsFrom(text), how),
    answers.statusOf(standingOf({ states: new Map() }), [], how),
  ],
  verifyOf: ({ text, drawing: how }) => [
    answers.verifyOf({ kind: 'holds', rows: 1_000_000, chains: 20 }, how),
    answers.verifyOf({ kind: 'broken', customerId: text, seq: 3, reason: text }, how),
  ],
  runOf: ({ drawing: how }) => [
    answers.runOf(october31, preview, cycleStory().states, how),
    answers.runOf('2025-12-31' as CalendarDate, { ...preview, count: 0 }, [], how),
  ],
  startedOf: ({ drawing: how }) => [answers.startedOf(october31, 3, how)],
  holdOf: ({ text, drawing: how }) =>
    (['hold', 'resume'] as const).flatMap((act) => [
      answers.holdOf(act, pgsFrom(text), how),
      answers.holdOf(act, [], how),
    ]),
  heldOf: ({ drawing: how }) =>
    (['hold', 'resume'] as const).flatMap((act) =>
      [true, false].map((changed) => answers.heldOf(act, 'TOSS', changed, how)),
    ),
  typedActOf: (given) =>
    (['retry', 'cancel', 'uncancel', 'resolve'] as const).map((act) =>
      answers.typedActOf(act, storyFrom(given), given.drawing),
    ),
  actedOf: (given) =>
    (['retry', 'cancel', 'uncancel', 'resolve'] as const).map((act) =>
      answers.actedOf(act, storyFrom(given), given.drawing),
    ),
  staleOf: (given) =>
    [null, ...acts].map((act) =>
      answers.staleOf({ ...storyFrom(given), lastAct: act && { act, actor: minsu, at: later(60_000) } }, given.drawing),
    ),
  obstacleOf: (given) =>
    heldReasons.map((reason) => answers.obstacleOf('retry', reason, storyFrom(given), given.drawing)),
  waitOf: (given) => [answers.waitOf(storyFrom(given), given.drawing)],
  goneOf: ({ text, drawing: how }) => [answers.goneOf(text, how)],
  unknownButtonOf: ({ drawing: how }) => [answers.unknownButtonOf(how)],
  refundHowOf: (given) => [
    answers.refundHowOf(storyFrom(given), given.drawing),
    answers.refundHowOf(null, given.drawing),
  ],
};

/** What of our own may stand between angle brackets. */
const ours = [/<!date\^\d+\^[^<>|^]+\|[^<>|]+>/g, /<@U0OPERATOR1>/g, /<#C0BILLING>/g];

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** The texts in which signs mean something. */
function markupIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  return type === 'mrkdwn' && typeof text === 'string' ? [text] : Object.values(value).flatMap(markupIn);
}

function faultsOf({ text, blocks, metadata }: Drawn): string[] {
  const strings = stringsIn([text, blocks]);
  const said = stringsIn([text, blocks.map((block) => JSON.parse(JSON.stringify(block, withoutValues)))]);
  return [
    ...complaintsAboutBlocks(blocks),
    ...(text === '' || text.length > 4_000 ? [`the text has ${text.length} characters`] : []),
    ...(blocks.length === 0 ? ['there are no blocks'] : []),
    ...strings.filter((one) => !one.isWellFormed()).map((one) => `half a character: ${JSON.stringify(one)}`),
    ...said
      .filter((one) => /[\p{Cc}\p{Cf}]/u.test(one.replaceAll('\n', '')))
      .map((one) => `invisible: ${JSON.stringify(one)}`),
    ...said.filter((one) => one !== one.normalize('NFC')).map((one) => `not composed: ${one}`),
    ...said
      .map((one) => ours.reduce((rest, token) => rest.replaceAll(token, ''), one))
      .filter((one) => one.includes('<'))
      .map((one) => `not ours: ${one}`),
    ...markupIn(blocks)
      .filter((one) => one.split('```').length % 2 === 0)
      .map((one) => `an open code block: ${one}`),
    ...(JSON.stringify(metadata ?? {}).length > 8_000 ? ['too much metadata'] : []),
    ...blocks
      .flatMap((block) => (block.type === 'actions' ? block.elements : []))
      .filter((one) => one.type === 'button' && !one.accessibility_label)
      .map((one) => `nothing to read aloud: ${one.action_id}`),
  ];
}

/** A button's value names a customer by the id they have, whatever that is; nobody reads it. */
const withoutValues = (key: string, value: unknown): unknown => (key === 'value' ? undefined : value);

test('every function that draws is in the list', () => {
  const draws = [chargeCard, cycleCard, notices, answers].flatMap((module) => Object.keys(module));
  const helpers = ['pgInWords', 'surplusLine'];
  expect(Object.keys(everyMessage).sort()).toEqual(draws.filter((name) => !helpers.includes(name)).sort());
});

describe.each(Object.entries(everyMessage))('%s', (_name, drawnFrom) => {
  test('keeps the limits and lets no foreign text ping, link or hide, in every state and language', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom(...chargeStates),
        fc.constantFrom('ko' as const, 'en' as const),
        fc.option(hostile),
        (text, state, language, label) => {
          for (const drawn of drawnFrom({
            text,
            state,
            drawing: { ...(language === 'ko' ? drawing : english), label },
          }))
            expect(faultsOf(drawn)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('names the world on every message whose money is not real, in blocks and in text', () => {
    for (const state of chargeStates)
      for (const drawn of drawnFrom({ text: '김민수', state, drawing: { ...drawing, label: '샌드박스' } })) {
        expect(drawn.text).toMatch(/^\[샌드박스\] /);
        expect(JSON.stringify(drawn.blocks)).toContain('샌드박스');
      }
  });
});

test('a charge in any state has a card of at most seven blocks', () => {
  for (const story of everyStory({ surpluses: [aSurplus()] }))
    expect(chargeCard.cardOf(story, drawing).blocks.length).toBeLessThanOrEqual(7);
});
