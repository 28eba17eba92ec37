// What must be in order before this process deserves traffic. A detail is read by whoever can reach the port, so it says
// nothing of customers, settings or addresses.

/** How one thing stands. */
export interface CheckResult {
  readonly ok: boolean;
  readonly detail: string;
}

export type Check = () => CheckResult | Promise<CheckResult>;

/** Everything that is looked at, by the name under which it is answered. */
export type Checks = Readonly<Record<string, Check>>;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Whoever asks, asks every few seconds: an answer that takes longer is a no. */
const patienceMs = 3_000;

/** The sweeper runs every few seconds; this long without it, something is stuck. */
const sweepAgeMs = 5 * 60_000;

/** Looks at everything at once. */
export async function readinessOf(checks: Checks): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await resultOf(check)] as const),
  );
  return { ready: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
}

async function resultOf(check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${patienceMs / 1_000} s` }), patienceMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return { ok: false, detail: 'does not answer; the log says why' };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the sweeper has been round lately. */
export function sweptLately(lastSweepAt: Date | undefined, now: Date): CheckResult {
  if (!lastSweepAt) return { ok: false, detail: 'no sweep yet' };
  const ok = now.getTime() - lastSweepAt.getTime() <= sweepAgeMs;
  return { ok, detail: `last sweep ${lastSweepAt.toISOString()}` };
}
