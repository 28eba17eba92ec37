// When the PG is asked again.

import type { Attempt, PgTerms, Policy } from './picture';

/**
 * When an open attempt is asked about next: at the step it has reached, counted from its last transmission, but not before
 * a "not found" can count. Steps that passed while nobody was there to ask are not made up for all at once.
 */
export function nextQuestion(
  attempt: Pick<Attempt, 'sentAt' | 'resolveStep'>,
  pg: Pick<PgTerms, 'processingMs'> | undefined,
  policy: Policy,
  now: Date,
): Date {
  const ladder = policy.resolveLadderMs;
  const offset = Math.max(ladder[Math.min(attempt.resolveStep, ladder.length - 1)] ?? 0, pg?.processingMs ?? 0);
  const soonest = now.getTime() + Math.min(1_000, ladder[0] ?? 0);
  return new Date(Math.max(attempt.sentAt.getTime() + offset, soonest));
}
