// The baseline: the same PG called through the same adapter with as many calls in flight, and nothing remembered.

import { eachAtMost } from '../../src/cycle/slots';
import { won } from '../../src/domain/won';
import { openGateways } from '../../src/gateways';
import { benchKey, needed } from './world';

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  const concurrency = Number(needed('BENCH_CONCURRENCY'));
  const toss = openGateways({
    toss: { secretKey: benchKey, baseUrl: needed('BENCH_TOSS') },
    timeoutMs: 65_000,
    processingMs: 60_000,
    concurrency,
  }).get('TOSS');
  if (!toss) throw new Error('no adapter');
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await eachAtMost(
    concurrency,
    Array.from({ length: count }, (_, nth) => nth),
    async (nth) => {
      const outcome = await toss.charge({
        orderId: `BARE${String(nth).padStart(8, '0')}-1`,
        idempotencySuffix: 0,
        amount: won(10_000),
        orderName: 'bare',
        billingKey: `sbx_bare_${nth}`,
        customerKey: `bare_${nth}`,
        customer: { name: 'bare', email: 'bare@example.com', phone: '' },
      });
      if (outcome.kind !== 'approved') throw new Error(`the baseline was ${outcome.kind}`);
    },
  );
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(
    `${JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 })}\n`,
  );
}

void main();
