// `sandbox`: the PG servers to try things with, until they are stopped.

import { join } from 'node:path';
import type { Config } from '../config';
import { startTossSandbox, type TossSandbox } from '../sandbox/toss/toss-sandbox';
import { isAlive, readSandboxState, sandboxTossKey, writeSandboxState } from './sandbox-state';
import { type ExitCode, print, tell, UsageError } from './session';

const tossPort = 3011;
const portsTried = 20;

/** Runs the sandbox's servers in the foreground; SIGINT or SIGTERM ends them, their books stay. */
export async function runSandbox(config: Config): Promise<ExitCode> {
  const state = readSandboxState(config);
  if (state.running && isAlive(state.running.pid)) {
    throw new UsageError(
      `the sandbox in ${config.sandboxDir} is running already (pid ${state.running.pid}, Toss at ${state.running.tossUrl})`,
    );
  }
  const toss = await onFreePort((port) =>
    startTossSandbox({ port, secretKey: sandboxTossKey, journalFile: join(config.sandboxDir, 'toss.jsonl') }),
  );
  if (toss.port !== tossPort) tell(`port ${tossPort} is taken; Toss is on ${toss.port}`);
  writeSandboxState(config, { ...state, running: { pid: process.pid, tossUrl: toss.url } });
  print(`Toss  ${toss.url}   (its books: ${toss.url}/sandbox/payments)`);
  print(
    'In another terminal: npm run billing -- import customers.csv, then npm run billing -- cycle --date YYYY-MM-DD --yes',
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await toss.close();
  writeSandboxState(config, { secret: state.secret });
  return 0;
}

async function onFreePort(start: (port: number) => Promise<TossSandbox>): Promise<TossSandbox> {
  for (let port = tossPort; ; port += 1) {
    try {
      return await start(port);
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken) throw error;
      if (port >= tossPort + portsTried)
        throw new UsageError(`ports ${tossPort} to ${port} are all taken; stop what runs there`);
    }
  }
}
