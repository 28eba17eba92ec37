// A sick PG is not five hundred sick customers: when nearly every transmission of a PG ends unclear, the rest waits.

/** How the latest transmissions of a PG ended, oldest first: `g` = the PG gave a clear answer, `b` = unknown or unsent. */
export type Recent = string;

const windowLength = 40;
const opensAt = 32; // of the last 40
const opensAtOnce = 20; // the first so many, if every one of them ended unclear

/** The window after one more transmission. Declines are clear answers; a 429 is not counted at all. */
export const recorded = (recent: Recent, clear: boolean): Recent => (recent + (clear ? 'g' : 'b')).slice(-windowLength);

/** Whether the PG is to be left alone. */
export function opens(recent: Recent): boolean {
  const unclear = recent.split('b').length - 1;
  return unclear >= opensAt || (recent.length >= opensAtOnce && unclear === recent.length);
}

/** The pause after a PG said that it was too much (429) and named no time: one second, doubling to sixty. */
export const pauseAfter = (previousMs: number): number => Math.min(60_000, Math.max(1_000, previousMs * 2));

/** How long a running bot waits before it probes an open breaker again: five seconds, doubling to sixty. */
export const probeAfter = (step: number): number => Math.min(60_000, 5_000 * 2 ** step);
