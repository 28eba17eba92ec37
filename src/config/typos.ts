// A variable nobody reads is silent: `BILLING_TIMEZONE=UTC` changes nothing and says nothing. So what looks like a slip
// of the hand for one of our names is said aloud. It is never an error: the environment belongs to others as well.

import type { Environment } from './reader';
import { type VariableName, variableNames } from './variables';

/** The first words of our names: `BILLING`, `SLACK`, …; names of one word (`PORT`) have no family. */
const families = new Set(variableNames.filter((name) => name.includes('_')).map(firstWord));

/** One sentence per variable that is set, unknown, and close to one of ours. */
export function typoWarnings(env: Environment): string[] {
  const unknown = Object.keys(env).filter((name) => env[name]?.trim() && !(variableNames as string[]).includes(name));
  return unknown.flatMap((name) => {
    const meant = families.has(firstWord(name.toUpperCase())) ? nearest(name.toUpperCase()) : undefined;
    return meant ? [`${shown(name)} is not read; did you mean ${meant}?`] : [];
  });
}

function nearest(name: string): VariableName | undefined {
  const near = variableNames
    .map((known) => ({ known, distance: isNear(name, known) ? editDistance(name, known) : Number.POSITIVE_INFINITY }))
    .sort((one, other) => one.distance - other.distance)[0];
  return near && Number.isFinite(near.distance) ? near.known : undefined;
}

/** Two letters off, or a word of the name left out or added. */
function isNear(name: string, known: string): boolean {
  const [words, knownWords] = [name.split('_'), known.split('_')];
  const [fewer, more] = words.length < knownWords.length ? [words, knownWords] : [knownWords, words];
  const oneWordApart =
    more.length - fewer.length === 1 && fewer.length > 1 && fewer.every((word) => more.includes(word));
  return editDistance(name, known) <= 2 || oneWordApart;
}

/** How many letters have to be changed, added or taken away. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const [above = 0, left = 0, diagonal = 0] = [row[column + 1], next[column], row[column]];
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

const shown = (name: string): string => name.replace(/[^\x21-\x7e]/g, '?').slice(0, 60);

function firstWord(name: string): string {
  return name.split('_')[0] ?? name;
}
