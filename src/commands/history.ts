// `history`: the answer to "저 결제 됐나요?", then the rows, then a sentence to copy for the customer.

import { systemClock } from '../clock/system-clock';
import type { Config } from '../config';
import { type Answer, answerFrom, nextBilling } from '../domain/answer';
import { showChargeId, typedChargeId, typedOrderId } from '../domain/charge-id';
import { attemptsOf, chargesOf, findCharge, historyOf, subscriptionsOf } from '../records/charges';
import { type FoundCustomer, findCustomers } from '../records/customers';
import { type HistoryRow, readBillingDay, type Subscription } from '../records/entities';
import { type ExitCode, type Session, withSession } from './session';
import { formatInTimeZone } from './time';

/** How many rows an answer shows. */
const rowsShown = 200;

export function runHistory(config: Config, typed: string, flags: { readonly json?: boolean }): Promise<ExitCode> {
  return withSession(config, async (session) => {
    const customers = await findCustomers(session.records.database, typed);
    const [only, ...others] = customers;
    if (only && others.length === 0) return ofCustomer(session, only, flags.json === true);
    if (only) return several(session, typed, customers, flags.json === true);
    const found =
      typedOrderId(typed) || typedChargeId(typed)
        ? await findCharge(session.records.database, typed)
        : { kind: 'none' as const };
    if (found.kind === 'one') return ofCharge(session, found.charge, flags.json === true);
    if (flags.json) session.print('[]');
    session.tell(
      found.kind === 'several'
        ? `"${typed}": ${found.ids.map(showChargeId).join(', ')}`
        : session.texts.nobodyFound(typed),
    );
    return 1;
  });
}

/** A row as the table has it: the contract's columns, in snake case. */
export function tableRow(row: HistoryRow): Record<string, unknown> {
  return {
    id: row.id,
    customer_id: row.customerId,
    subscription_id: row.subscriptionId,
    charge_id: row.chargeId,
    attempt_no: row.attemptNo,
    refund_id: row.refundId,
    order_id: row.orderId,
    billing_date: row.billingDate,
    act: row.act,
    status: row.status,
    amount: row.amount,
    pg_provider: row.pgProvider,
    pg_payment_key: row.pgPaymentKey,
    billing_key_id: row.billingKeyId,
    failure_code: row.failureCode,
    failure_reason: row.failureReason,
    actor: row.actor,
    raw_response: row.rawResponse,
    created_at: row.createdAt.toISOString(),
    seq: row.seq,
    prev_hash: row.prevHash,
    hash: row.hash,
  };
}

async function ofCustomer(session: Session, customer: FoundCustomer, json: boolean): Promise<ExitCode> {
  const { database } = session.records;
  const rows = await historyOf(database, { customerId: customer.id }, json ? Number.MAX_SAFE_INTEGER : rowsShown);
  if (json) {
    session.print(JSON.stringify(rows.map(tableRow), null, 2));
    return 0;
  }
  const subscriptions = await subscriptionsOf(database, customer.id);
  const charges = await chargesOf(database, customer.id, 50);
  const attempts = await attemptsOf(
    database,
    charges.map((charge) => charge.id),
  );
  const answers = subscriptions.map((subscription) => {
    const newest = charges.find((charge) => charge.subscriptionId === subscription.id);
    return {
      subscription,
      answer: answerFrom(
        newest,
        attempts.filter((attempt) => attempt.chargeId === newest?.id),
      ),
    };
  });
  for (const { subscription, answer } of answers) {
    const label = subscriptions.length > 1 ? `[${subscription.orderName}] ` : '';
    session.print(`${label}${answerLine(session, answer)}${nextLine(session, subscription)}`);
  }
  session.print('');
  session.print(`${customer.name} · ${customer.id} · ${session.texts.rows(rows.length)}`);
  for (const row of rows) session.print(rowLine(session, row));
  session.print('');
  for (const { subscription, answer } of answers)
    session.print(customerSentence(session, customer.name, subscription, answer));
  return 0;
}

async function ofCharge(
  session: Session,
  charge: Parameters<typeof answerFrom>[0] & object,
  json: boolean,
): Promise<ExitCode> {
  const { database } = session.records;
  const rows = await historyOf(database, { chargeId: charge.id }, json ? Number.MAX_SAFE_INTEGER : rowsShown);
  if (json) {
    session.print(JSON.stringify(rows.map(tableRow), null, 2));
    return 0;
  }
  session.print(
    `${showChargeId(charge.id)} ${answerLine(session, answerFrom(charge, await attemptsOf(database, [charge.id])))}`,
  );
  for (const row of rows) session.print(rowLine(session, row));
  return 0;
}

function several(session: Session, typed: string, customers: readonly FoundCustomer[], json: boolean): ExitCode {
  if (json) session.print('[]');
  session.tell(session.texts.severalFound(typed, customers.length));
  for (const customer of customers) session.tell(`  ${customer.id}  ${customer.name}  ····${customer.phone.slice(-4)}`);
  return 1;
}

function answerLine(session: Session, answer: Answer): string {
  const { texts, config } = session;
  if (answer.kind === 'nothing-charged') return texts.answer.nothing();
  const { charge } = answer;
  const base = { date: texts.date(charge.billingDate), amount: texts.won(charge.amount) };
  const time = (at: Date, form: string): string => formatInTimeZone(at, config.billingTime.zone, form);
  switch (answer.kind) {
    case 'paid':
      return texts.answer.paid({ ...base, at: approvedAt(time, answer.at, charge.billingDate), card: answer.card });
    case 'refunded':
      return texts.answer.refunded({ ...base, amount: texts.won(answer.amount), whole: answer.whole });
    case 'not-yet': {
      const held = answer.heldReason
        ? `${texts.states.HELD}: ${texts.held[answer.heldReason]}`
        : texts.states[answer.state];
      const nextTry = answer.nextTryAt ? time(answer.nextTryAt, 'yyyy-MM-dd HH:mm') : null;
      return texts.answer.notYet({ ...base, state: held, said: answer.said, nextTry });
    }
  }
}

/** The time of day is enough on the billing date itself. */
const approvedAt = (time: (at: Date, form: string) => string, at: Date, billingDate: string): string =>
  time(at, time(at, 'yyyy-MM-dd') === billingDate ? 'HH:mm' : 'MM-dd HH:mm');

function next(session: Session, subscription: Subscription) {
  const terms = { ...subscription, billingDay: readBillingDay(subscription.billingDay) };
  return nextBilling(terms, session.config.billingTime, systemClock.now());
}

function nextLine(session: Session, subscription: Subscription): string {
  const found = next(session, subscription);
  if (!found) return '';
  return `, ${session.texts.answer.next({ date: session.texts.date(found.date), at: formatInTimeZone(found.at, session.config.billingTime.zone, 'HH:mm') })}`;
}

function customerSentence(session: Session, name: string, subscription: Subscription, answer: Answer): string {
  const { forCustomer } = session.texts.answer;
  const { texts } = session;
  if (answer.kind === 'nothing-charged') {
    const found = next(session, subscription);
    return forCustomer.nothing({ name, next: found ? texts.date(found.date) : null });
  }
  const base = { name, date: texts.date(answer.charge.billingDate), amount: texts.won(answer.charge.amount) };
  if (answer.kind === 'paid') return forCustomer.paid({ ...base, card: answer.card });
  if (answer.kind === 'refunded') return forCustomer.refunded({ ...base, amount: texts.won(answer.amount) });
  const checking = answer.state === 'UNKNOWN' || answer.state === 'ADJUDICATION' || answer.state === 'CHARGING';
  return checking ? forCustomer.checking(base) : forCustomer.notYet(base);
}

/** A typed reason is kept beside the table; its row has a digest, which tells people nothing. */
const isDigest = (row: HistoryRow): boolean => row.failureReason?.startsWith('sha256:') === true;

function rowLine(session: Session, row: HistoryRow): string {
  const { texts, config } = session;
  const parts = [
    formatInTimeZone(row.createdAt, config.billingTime.zone, 'MM-dd HH:mm:ss'),
    row.act === 'REFUSED' ? texts.acts.REFUSED : `${texts.acts[row.act]} ${texts.rowStatuses[row.status]}`,
    row.amount === null ? '' : texts.won(row.amount),
    row.orderId ?? (row.chargeId === null ? '' : showChargeId(row.chargeId)),
    [row.failureCode, isDigest(row) ? null : row.failureReason].filter((part) => part !== null).join(' '),
    row.actor,
  ];
  return `  ${parts.filter((part) => part !== '').join('  ')}`;
}
