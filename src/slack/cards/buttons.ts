// Which buttons a state deserves, and what a button carries: the charge and the version that whoever presses it has seen,
// and nothing else about the customer. Whether it may act is decided when it is pressed.

import type { ActionsBlock, Button } from '@slack/types';
import type { ChargeStory } from '../../cycle/reading';
import type { ChargeState } from '../../domain/charge-state';
import type { Charge } from '../../domain/picture';
import { actions, button, type Confirm } from './blocks';
import type { Drawing } from './drawing';
import { type Voice, voiceOf } from './voice';

export type CardButton = 'retry' | 'cancel' | 'uncancel' | 'resolve' | 'history';

/** What each state lets a person do. Refunds have no button yet; a card says how they are done. */
export const deserved = {
  DUE: ['cancel', 'history'],
  CHARGING: ['history'],
  UNKNOWN: ['resolve', 'history'],
  RETRY_WAIT: ['retry', 'cancel', 'history'],
  FAILED: ['retry', 'cancel', 'history'],
  HELD: ['cancel', 'history'],
  ADJUDICATION: ['resolve', 'history'],
  CANCELED: ['uncancel', 'history'],
  PAID: ['history'],
  REFUNDING: ['history'],
  PARTLY_REFUNDED: ['history'],
  REFUND_UNKNOWN: ['history'],
  REFUNDED: ['history'],
} as const satisfies Record<ChargeState, readonly CardButton[]>;

/** The acts among the buttons of a state: all but looking. */
export const actsOf = (state: ChargeState): CardButton[] =>
  (deserved[state] as readonly CardButton[]).filter((name) => name !== 'history');

const styles = { retry: 'primary', cancel: 'danger' } as const;

/** `K7QM4XWP9RTB.7` */
export const buttonValue = ({ id, version }: Pick<Charge, 'id' | 'version'>): string => `${id}.${version}`;

/** Reads a button's value back; undefined when it is none of ours. */
export function readButtonValue(text: string): { chargeId: string; version: number } | undefined {
  const found = /^([2-9A-HJ-NP-Z]{12})\.(\d{1,9})$/.exec(text);
  return found?.[1] && found[2] ? { chargeId: found[1], version: Number(found[2]) } : undefined;
}

/** The block of these buttons for this charge; none when there are no buttons. */
export function chargeButtons(
  story: ChargeStory,
  names: readonly CardButton[],
  drawing: Drawing,
  blockId: string,
): ActionsBlock[] {
  return actions(
    names.map((name) => chargeButton(story, name, drawing)),
    blockId,
  );
}

function chargeButton(story: ChargeStory, name: CardButton, drawing: Drawing): Button {
  const { charge, customer } = story;
  const voice = voiceOf(drawing, 'plain');
  const label = drawing.texts.buttons[name];
  const of = { name: voice.name(customer.name, 30), amount: voice.money(charge.amount), label };
  const confirm = confirmOf(story, name, drawing, voice);
  return button({
    action: name,
    label,
    value: buttonValue(charge),
    spoken: drawing.texts.spoken(of),
    ...(name === 'retry' || name === 'cancel' ? { style: styles[name] } : {}),
    ...(confirm ? { confirm } : {}),
  });
}

/** What is asked once more before it is done; looking and asking the PG are free. */
function confirmOf(
  { charge, customer, attempts }: ChargeStory,
  name: CardButton,
  { texts }: Drawing,
  voice: Voice,
): Confirm | undefined {
  const card = attempts.findLast((attempt) => attempt.card)?.card;
  const of = {
    name: voice.name(customer.name),
    amount: voice.money(charge.amount),
    date: voice.date(charge.billingDate),
    card: card ? voice.name(card) : null,
  };
  if (name === 'retry' || name === 'cancel' || name === 'uncancel')
    return { ...texts.confirms[name](of), deny: texts.confirms.deny };
  return undefined;
}
