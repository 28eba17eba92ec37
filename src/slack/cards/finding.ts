// What somebody typed may mean several customers, several charges, nobody, or nothing we know.

import type { Found } from '../../cycle/reading';
import type { CalendarDate } from '../../domain/calendar';
import { showChargeId } from '../../domain/charge-id';
import { pgProviders } from '../../domain/outcome';
import { actions, button, section } from './blocks';
import { type Drawing, type Drawn, draw } from './drawing';
import { phoneEnding } from './history-answer';
import { shown } from './safe-text';
import { inBoth, type Voice, voiceOf } from './voice';

/** How many are offered to choose from. */
const mostOffered = 20;

/** Equal matches, told apart by phone ending and subscription. Slack allows an action id once per block, so each has its own. */
export function severalOf(found: Extract<Found, { kind: 'customers' }>, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'plain');
  const offered = found.customers.slice(0, mostOffered);
  const more = found.more || offered.length < found.customers.length;
  const head = texts.find.several({ count: found.customers.length, more });
  const labels = offered.map(({ id, name, phone, orderNames }) => {
    const orders = orderNames.map((one) => voice.name(one, 30)).join(', ');
    const parts = [voice.name(name, 24), phone === '' ? '' : phoneEnding(phone, voice), orders];
    return { id, label: parts.filter((part) => part !== '').join(' · ') };
  });
  return draw(drawing, `${head} ${labels.map(({ label }) => label).join(' / ')}`, [
    section(head),
    ...labels.flatMap(({ id, label }) =>
      actions([button({ action: 'pick', label, value: id, spoken: texts.find.pickSpoken(label) })]),
    ),
  ]);
}

/** Several charges begin as what was typed. */
export function chargesOf(chargeIds: readonly string[], drawing: Drawing): Drawn {
  const ids = chargeIds.slice(0, mostOffered).map(showChargeId);
  return said(drawing, ':mag:', (voice) =>
    drawing.texts.find.charges({ count: chargeIds.length, ids: ids.map(voice.code).join(', ') }),
  );
}

/** Nobody, and who may have been meant. */
export function nobodyOf(typed: string, nearest: readonly string[], drawing: Drawing): Drawn {
  const { find } = drawing.texts;
  return said(drawing, ':mag:', (voice) => {
    const names = nearest.map((name) => voice.bold(voice.name(name))).join(', ');
    const near = names === '' ? '' : ` ${find.nearest(names)}`;
    return `${find.nobody(voice.name(typed, shown.typed))}${near}\n${find.how}`;
  });
}

/** A verb that nobody knows. Whatever begins with no verb is a name, so this is for what can be neither. */
export const unknownCommandOf = (typed: string, nearest: string | null, drawing: Drawing): Drawn =>
  said(drawing, ':question:', (voice) =>
    drawing.texts.typed.unknown({
      typed: voice.name(typed, shown.typed),
      nearest: nearest === null ? null : voice.code(`/billing ${nearest}`),
      help: voice.code('/billing help'),
    }),
  );

export const tooLongOf = (most: number, drawing: Drawing): Drawn =>
  said(drawing, ':question:', () => drawing.texts.typed.tooLong(most));

/** An act is about one charge, and none was named. */
export const whichChargeOf = (act: string, drawing: Drawing): Drawn =>
  said(drawing, ':question:', (voice) =>
    drawing.texts.typed.whichCharge({
      example: voice.code(`/billing ${act} K7QM-4XWP-9RTB`),
      history: voice.code(`/billing history ${drawing.texts.typed.someName}`),
    }),
  );

export const badDateOf = (typed: string, today: CalendarDate, drawing: Drawing): Drawn =>
  said(drawing, ':question:', (voice) =>
    drawing.texts.typed.badDate({
      typed: voice.name(typed, shown.typed),
      example: voice.code(`/billing run ${today}`),
    }),
  );

export const badPgOf = (typed: string, drawing: Drawing): Drawn =>
  said(drawing, ':question:', (voice) =>
    drawing.texts.typed.badPg({
      typed: voice.name(typed, shown.typed),
      pgs: pgProviders.map((name) => voice.code(name.toLowerCase())).join(', '),
    }),
  );

/** A verb that is understood and has nothing behind it yet. */
export const notYetBuiltOf = (verb: string, drawing: Drawing): Drawn =>
  said(drawing, ':information_source:', (voice) =>
    drawing.texts.typed.notYetBuilt({ verb: voice.code(`/billing ${verb}`), help: voice.code('/billing help') }),
  );

/** One sentence with a sign before it. */
export function said(drawing: Drawing, sign: string, say: (voice: Voice) => string): Drawn {
  const { blocks, text } = inBoth(drawing, say);
  return draw(drawing, text, [section(`${sign} ${blocks}`)]);
}
