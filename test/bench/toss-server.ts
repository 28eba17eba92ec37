// The Toss sandbox in a process of its own; prints its address, ends with its parent.

import { startTossSandbox } from '../../src/sandbox/toss/toss-sandbox';
import { benchKey } from './world';

void startTossSandbox({ secretKey: benchKey }).then((toss) => {
  toss.faults.set({ latencyMs: Number(process.argv[2]) });
  process.stdout.write(`${toss.url}\n`);
  process.on('disconnect', () => process.exit(0));
});
