// Buttons about a PG or a date rather than a charge.

import type { Button } from '@slack/types';
import type { CalendarDate } from '../../domain/calendar';
import type { PgProvider } from '../../domain/outcome';
import type { Amount } from './bins';
import { button } from './blocks';
import type { Drawing } from './drawing';
import { voiceOf } from './voice';

/** Holds a PG, or lets it go on. */
export function pgButton(act: 'hold' | 'resume', provider: PgProvider, { texts }: Drawing): Button {
  const label = texts.pg[act].button(provider);
  return button({
    action: act,
    label,
    value: provider,
    spoken: label,
    style: act === 'hold' ? 'danger' : 'primary',
    confirm: { ...texts.pg[act].confirm(provider), deny: texts.confirms.deny },
  });
}

/** Bills a date; `toSend` is what would go out. */
export function runButton(date: CalendarDate, toSend: Amount, drawing: Drawing): Button {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'plain');
  const name = texts.cycleName(voice.date(date));
  const what = texts.countAndSum(toSend.count, voice.money(toSend.sum));
  return button({
    action: 'run',
    label: texts.run.button(name),
    value: date,
    spoken: texts.run.button(name),
    style: 'primary',
    confirm: { ...texts.run.confirm({ name, what }), deny: texts.confirms.deny },
  });
}
