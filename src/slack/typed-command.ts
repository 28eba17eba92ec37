// What somebody typed after /billing: a verb in Korean or English, mistyped or on the wrong keyboard layout, or just a
// name.

import { convertQwertyToHangul } from 'es-hangul';
import { closest, distance } from 'fastest-levenshtein';

/** Each verb with the words that mean it. */
const words = {
  help: ['help', '도움말', '도움', '?'],
  history: ['history', '이력', '내역'],
  why: ['why', '사유', '왜'],
  retry: ['retry', '재시도'],
  cancel: ['cancel', '취소', '청구취소'],
  uncancel: ['uncancel', '되돌리기', '취소되돌리기'],
  refund: ['refund', '환불'],
  resolve: ['resolve', '결과확인', '확인'],
  status: ['status', '상태'],
  preview: ['preview', '미리보기'],
  run: ['run', '실행'],
  hold: ['hold', '멈춤'],
  resume: ['resume', '재개'],
  pause: ['pause', '일시중지'],
  unpause: ['unpause', '일시중지해제'],
  card: ['card', '카드'],
  customer: ['customer', '고객'],
  export: ['export', '내보내기'],
  verify: ['verify', '검증'],
} as const;

export type Verb = keyof typeof words;

export interface TypedCommand {
  readonly verb: Verb;
  /** What stands behind the verb. */
  readonly rest: string;
  /** What was typed instead of the verb, where it had to be guessed. */
  readonly guessedFrom: string | null;
}

const verbOf = new Map<string, Verb>(
  (Object.keys(words) as Verb[]).flatMap((verb) => words[verb].map((word): [string, Verb] => [word, verb])),
);

/** Longer than any name, id or verb: what is typed beyond it is a mistake. */
export const mostTyped = 200;

/** One line without control characters and quotes, NFC, with single spaces. */
export const tidied = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/["“”'‘’`]/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();

/** Reads a command. Whatever begins with no verb is a name, and a name means its history. */
export function typedCommand(text: string): TypedCommand {
  const line = tidied(text);
  if (line === '') return { verb: 'help', rest: '', guessedFrom: null };
  const [first = '', ...others] = line.split(' ');
  const rest = others.join(' ');
  const word = first.toLowerCase();
  const exact = verbOf.get(word);
  if (exact) return { verb: exact, rest, guessedFrom: null };
  const meant = verbOf.get(asHangul(first)) ?? nearestVerb(word, rest);
  return meant ? { verb: meant, rest, guessedFrom: first } : { verb: 'history', rest: line, guessedFrom: null };
}

/** What these keys write on a Korean layout: `dlfur` is 이력. What no syllable begins with stays as it is. */
export function asHangul(text: string): string {
  if (!/^[A-Za-z ]+$/.test(text)) return text;
  try {
    return convertQwertyToHangul(text).normalize('NFC');
  } catch {
    return text; // The library throws where keys make no syllable, for example at `npR`.
  }
}

/** A slip of a letter or two. Korean words are so short that one wrong syllable makes a name of them. */
function nearestVerb(word: string, rest: string): Verb | undefined {
  if (!/^[a-z]{4,12}$/.test(word)) return undefined;
  const latin = [...verbOf.keys()].filter((one) => /^[a-z]+$/.test(one));
  const near = closest(word, latin);
  const slips = distance(word, near);
  return slips <= 1 || (slips === 2 && rest !== '' && word.length >= 5) ? verbOf.get(near) : undefined;
}
