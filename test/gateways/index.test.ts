import { openGateways } from '../../src/gateways';
import { TossPaymentsAdapter } from '../../src/gateways/toss/toss-payments-adapter';

const limits = { timeoutMs: 65_000, processingMs: 60_000, concurrency: 32 };

test('a PG with credentials has its adapter, under its own name and with the limits of the installation', () => {
  const gateways = openGateways({ toss: { secretKey: 'test_sk_1' }, ...limits });
  expect([...gateways.keys()]).toEqual(['TOSS']);
  expect(gateways.get('TOSS')).toBeInstanceOf(TossPaymentsAdapter);
  expect(gateways.get('TOSS')?.capabilities).toMatchObject({ processingMs: 60_000, concurrency: 32 });
});

test('a PG without credentials has none', () => {
  expect([...openGateways(limits).keys()]).toEqual([]);
  expect([...openGateways({ ...limits, toss: undefined }).keys()]).toEqual([]);
});
