// "저 결제 됐나요?": the answer first, then the rows, then a sentence to copy for the customer.

import type { KnownBlock } from '@slack/types';
import {
  type ChargeStory,
  type CustomerStory,
  type HistoryLine,
  historyPage,
  type SubscriptionStory,
} from '../../cycle/reading';
import { type Answer, answerFrom } from '../../domain/answer';
import { showChargeId } from '../../domain/charge-id';
import type { Attempt } from '../../domain/picture';
import { actions, button, context, divider, facts, lines, section } from './blocks';
import { actsOf, chargeButtons, deserved } from './buttons';
import {
  faces,
  factsOf,
  footOf,
  headOf,
  inThePgsWords,
  nextOf,
  noInWords,
  subjectOf,
  surplusesOf,
} from './charge-facts';
import { type Drawing, type Drawn, draw } from './drawing';
import { clean, forCode, shown } from './safe-text';
import { type Voice, voiceOf } from './voice';

/** How many subscriptions of one customer are answered for; the others are counted. */
const mostSubscriptions = 5;
const mostAttempts = 10;

/** A customer's answer, one page of rows, and what can be done. `page` from 0. */
export function historyAnswerOf(story: CustomerStory, page: number, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const { customer, rowCount } = story;
  const voice = voiceOf(drawing, 'blocks');
  const subscriptions = story.subscriptions.slice(0, mostSubscriptions);
  const left = story.subscriptions.length - subscriptions.length;
  const pages = Math.max(1, Math.ceil(rowCount / historyPage));
  const answers = subscriptions.map((one) => answerLine(one, story, drawing, voice));
  const none = story.subscriptions.length === 0 ? [texts.history.noSubscription] : [];
  const blocks: KnownBlock[] = [
    ...lines([...answers, ...none, ...(left > 0 ? [texts.history.moreSubscriptions(left)] : [])]),
    ...subscriptions.flatMap(({ newest }) =>
      newest ? surplusesOf(newest, drawing, voice).map((text) => section(`:rotating_light: ${text}`)) : [],
    ),
    context(titleOf(story, page, pages, drawing, voice)),
    ...lines(story.rows.map((row) => rowLine(row, drawing, voice))),
    ...copyBlocks(
      subscriptions.map((one) => sentenceOf(one, customer.name, drawing)),
      drawing,
    ),
    ...pageButtons(customer.id, page, pages, drawing),
    ...subscriptions.flatMap(({ newest }) => (newest ? newestButtons(newest, drawing) : [])),
  ];
  const spoken = subscriptions.map((one) => answerLine(one, story, drawing, voiceOf(drawing, 'text')));
  const name = voiceOf(drawing, 'text').name(customer.name);
  return draw(drawing, `${name} · ${[...spoken, ...none].join(' / ')}`, blocks);
}

/** `김민수 · 고객 C-1 · ····1234 · 이력 23건 (2/3쪽)` */
function titleOf({ customer, rowCount }: CustomerStory, page: number, pages: number, { texts }: Drawing, voice: Voice) {
  return [
    voice.bold(voice.name(customer.name)),
    `${texts.customer} ${voice.code(customer.id)}`,
    ...(customer.phone === '' ? [] : [phoneEnding(customer.phone, voice)]),
    texts.history.rows({ count: rowCount, page: page + 1, pages }),
  ].join(' · ');
}

export const phoneEnding = (phone: string, voice: Voice): string => `····${voice.name(phone.slice(-4))}`;

function answerLine(one: SubscriptionStory, { subscriptions }: CustomerStory, drawing: Drawing, voice: Voice): string {
  const { texts } = drawing;
  const label = subscriptions.length > 1 ? `[${voice.name(one.orderName, shown.orderName)}] ` : '';
  const status = one.status === 'ACTIVE' ? '' : ` (${texts.history.subscription[one.status]})`;
  const next = one.next
    ? `, ${texts.common.answer.next({ date: voice.date(one.next.date), at: voice.timeOf(one.next.at, one.next.date) })}`
    : '';
  return `${label}${answerInWords(one.newest, drawing, voice)}${next}${status}`;
}

/** `*결제됨* — 10월 31일분 49,000원, 10:00 승인 (신한 ····1234)` */
function answerInWords(story: ChargeStory | undefined, drawing: Drawing, voice: Voice): string {
  const { answer: words, billingDate } = drawing.texts;
  const answer = answerFrom(story?.charge, story?.attempts ?? []);
  if (answer.kind === 'nothing-charged') return `${voice.bold(words.lead.notYet)} — ${words.nothing}`;
  const { charge } = answer;
  const of = { date: billingDate(voice.date(charge.billingDate)), amount: voice.money(charge.amount) };
  switch (answer.kind) {
    case 'paid': {
      const at = voice.timeOf(answer.at, charge.billingDate);
      return `${voice.bold(words.lead.paid)} — ${words.paid({ ...of, at, card: answer.card === '' ? null : voice.name(answer.card) })}`;
    }
    case 'refunded': {
      const lead = answer.whole ? words.lead.refunded : words.lead.partlyRefunded;
      return `${voice.bold(lead)} — ${words.refunded({ ...of, refunded: answer.whole ? null : voice.money(answer.amount) })}`;
    }
    case 'not-yet':
      return `${voice.bold(words.lead.notYet)} — ${words.notYet({
        ...of,
        state: stateInWords(answer, drawing),
        said: answer.said === null ? null : voice.said(answer.said),
        nextTry: answer.nextTryAt ? voice.when(answer.nextTryAt) : null,
      })}`;
  }
}

function stateInWords({ state, heldReason }: Extract<Answer, { kind: 'not-yet' }>, { texts }: Drawing): string {
  const { heads, held } = texts.card;
  return heldReason ? `${heads.HELD}: ${held[heldReason].why}` : heads[state];
}

function rowLine(row: HistoryLine, { texts }: Drawing, voice: Voice): string {
  const what =
    row.act === 'REFUSED'
      ? texts.common.acts.REFUSED
      : `${texts.common.acts[row.act]} ${texts.common.rowStatuses[row.status]}`;
  const of = row.orderId ?? (row.chargeId === null ? null : showChargeId(row.chargeId));
  const said = [
    row.code === null ? '' : voice.code(row.code),
    row.reason === null ? '' : voice.name(row.reason, shown.saidInRow),
  ];
  const parts = [
    voice.when(row.at),
    voice.bold(what),
    row.amount === null ? '' : voice.money(row.amount),
    of === null ? '' : voice.code(of),
    said.filter((part) => part !== '').join(' '),
    voice.who(row.actor),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** What an agent may send to the customer as it stands. */
function sentenceOf(one: SubscriptionStory, customerName: string, drawing: Drawing): string {
  const { texts } = drawing;
  const { forCustomer } = texts.common.answer;
  const voice = voiceOf(drawing, 'plain');
  const name = clean(customerName).slice(0, shown.name);
  const answer = answerFrom(one.newest?.charge, one.newest?.attempts ?? []);
  if (answer.kind === 'nothing-charged')
    return forCustomer.nothing({ name, next: one.next ? voice.date(one.next.date) : null });
  const of = { name, date: voice.date(answer.charge.billingDate), amount: voice.money(answer.charge.amount) };
  if (answer.kind === 'paid') return forCustomer.paid({ ...of, card: clean(answer.card).slice(0, shown.name) });
  if (answer.kind === 'refunded') return forCustomer.refunded({ ...of, amount: voice.money(answer.amount) });
  const isChecking = answer.state === 'UNKNOWN' || answer.state === 'ADJUDICATION' || answer.state === 'CHARGING';
  return isChecking ? forCustomer.checking(of) : forCustomer.notYet(of);
}

/** A block that Slack lets people copy as a whole. */
function copyBlocks(sentences: readonly string[], { texts }: Drawing): KnownBlock[] {
  if (sentences.length === 0) return [];
  const whole = sentences.map((sentence) => forCode(sentence, 300)).join('\n');
  return [context(texts.history.copy), section(`\`\`\`${whole}\`\`\``)];
}

/** Slack allows an action id once per block, so each direction has its own. */
function pageButtons(customerId: string, page: number, pages: number, { texts }: Drawing): KnownBlock[] {
  const to = (other: number, label: string): KnownBlock[] =>
    other >= 0 && other < pages
      ? actions([
          button({
            action: 'page',
            label,
            value: `${customerId}.${other}`,
            spoken: texts.history.pageSpoken({ label, page: other + 1, pages }),
          }),
        ])
      : [];
  return [...to(page - 1, texts.buttons.newer), ...to(page + 1, texts.buttons.older)];
}

/** The newest charge's buttons, under a line that says which charge they are about. */
function newestButtons(story: ChargeStory, drawing: Drawing): KnownBlock[] {
  const { charge } = story;
  const acts = actsOf(charge.state);
  if (acts.length === 0) return [];
  const voice = voiceOf(drawing, 'blocks');
  return [
    divider(),
    section(
      `${faces[charge.state]} ${headOf(story, drawing, voice)} · ${voice.code(showChargeId(charge.id))}\n${nextOf(story, drawing, voice)}`,
    ),
    ...chargeButtons(story, acts, drawing, `answer:${charge.id}:${charge.version}`),
  ];
}

/** The answer about one charge: how it stands, every attempt, the sentence to copy, and its buttons. */
export function chargeAnswerOf(story: ChargeStory, drawing: Drawing): Drawn {
  const { charge, customer } = story;
  const voice = voiceOf(drawing, 'blocks');
  const attempts = story.attempts.slice(-mostAttempts).reverse();
  const sentence = sentenceOf(
    {
      id: charge.subscriptionId,
      orderName: story.orderName,
      amount: charge.amount,
      status: 'ACTIVE',
      newest: story,
      next: undefined,
    },
    customer.name,
    drawing,
  );
  const blocks: KnownBlock[] = [
    section(`${answerInWords(story, drawing, voice)}\n${subjectOf(story, voice)}`),
    facts(factsOf(story, drawing)),
    section(nextOf(story, drawing, voice)),
    ...surplusesOf(story, drawing, voice).map((text) => section(`:rotating_light: ${text}`)),
    ...lines(attempts.map((attempt) => attemptLine(attempt, drawing, voice))),
    ...copyBlocks([sentence], drawing),
    ...chargeButtons(story, deserved[charge.state], drawing, `answer:${charge.id}:${charge.version}`),
    context(footOf(story, drawing, voice)),
  ];
  const text = voiceOf(drawing, 'text');
  return draw(drawing, `${text.name(customer.name)} · ${answerInWords(story, drawing, text)}`, blocks);
}

function attemptLine(attempt: Attempt, { texts }: Drawing, voice: Voice): string {
  const { status, approvedAt } = attempt;
  const end =
    status === 'APPROVED'
      ? texts.card.approved({
          at: approvedAt ? voice.when(approvedAt) : null,
          card: attempt.card ? voice.name(attempt.card) : null,
        })
      : status === 'DECLINED'
        ? [noInWords(attempt, texts), inThePgsWords(attempt, voice)].join(' ').trim()
        : texts.card.open;
  return [
    `${texts.card.attempts.nth(attempt.attemptNo)}`,
    voice.when(attempt.firstSentAt),
    voice.code(attempt.orderId),
    end,
  ].join(' · ');
}
