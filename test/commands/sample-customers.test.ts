// The sandbox's customers: all due today, told apart, and in trouble as the first cycle is to show it.

import { sampleFaults, sampleRows } from '../../src/commands/sample-customers';
import { type CalendarDate, fallsDue, plusDays } from '../../src/domain/calendar';
import { classOfFailure } from '../../src/gateways/toss/toss-codes';
import { faultPlanSchema } from '../../src/sandbox/toss/faults';

const october31 = '2026-10-31' as CalendarDate;

test('every one of them falls due today, whatever day today is', () => {
  for (let day = 0, date = '2027-12-25' as CalendarDate; day < 75; day += 1, date = plusDays(date, 1)) {
    for (const row of sampleRows(date)) {
      expect([row.subscriptionId, date, fallsDue(row.billingDay, date)]).toEqual([row.subscriptionId, date, true]);
      expect((row.startsOn ?? date) < date).toBe(true);
    }
  }
});

test('they are about forty, with ids, phones and cards of their own', () => {
  const rows = sampleRows(october31);
  expect(rows.length).toBeGreaterThanOrEqual(40);
  const customers = new Map(rows.map((row) => [row.customerId, row]));
  const distinct = (of: 'phone' | 'billingKey' | 'customerKey'): number =>
    new Set([...customers.values()].map((row) => row[of])).size;
  expect([distinct('phone'), distinct('billingKey'), distinct('customerKey')]).toEqual(Array(3).fill(customers.size));
  expect(new Set(rows.map((row) => row.subscriptionId)).size).toBe(rows.length);
  expect(rows.every((row) => row.billingKey.startsWith('sbx_'))).toBe(true);
  expect(rows.every((row) => row.email.endsWith('@example.com'))).toBe(true);
});

test('one is called 김민수, two share a name and differ in phone, and one has two subscriptions', () => {
  const rows = sampleRows(october31);
  const named = (name: string) => rows.filter((row) => row.customerName === name);
  expect(named('김민수')).toHaveLength(1);
  const namesakes = named('이지은');
  expect(new Set(namesakes.map((row) => row.customerId)).size).toBe(2);
  expect(new Set(namesakes.map((row) => row.phone.slice(-4))).size).toBe(2);
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.customerId, (counts.get(row.customerId) ?? 0) + 1);
  expect([...counts.values()].filter((count) => count > 1)).toEqual([2]);
});

test('the first cycle meets each class of decline once at least, and a lost answer', () => {
  const plan = sampleFaults(true);
  expect(faultPlanSchema.parse(plan)).toEqual(plan);
  const faults = Object.values(plan.byBillingKey ?? {}).flat();
  const classes = faults.flatMap((fault) => (fault.kind === 'decline' ? [classOfFailure(fault.code)] : []));
  expect(new Set(classes)).toEqual(new Set(['funds', 'card', 'issuer', 'temporary']));
  expect(faults.some((fault) => fault.kind === 'approve-then-drop')).toBe(true);
});

test('only cards of sample customers are in trouble, and 김민수 pays', () => {
  const rows = sampleRows(october31);
  const cards = Object.keys(sampleFaults(true).byBillingKey ?? {});
  expect(cards.filter((card) => !rows.some((row) => row.billingKey === card))).toEqual([]);
  expect(cards).not.toContain(rows.find((row) => row.customerName === '김민수')?.billingKey);
});

test('after a restart what was healed stays so', () => {
  const lasting = Object.values(sampleFaults(false).byBillingKey ?? {}).flat();
  expect(lasting.every((fault) => fault.times === undefined)).toBe(true);
  expect(lasting.length).toBeGreaterThan(0);
});
