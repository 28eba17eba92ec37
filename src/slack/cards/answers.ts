// Private answers to whoever clicks or types: about one charge here, about everything else in the files named below.

import type { ChargeStory } from '../../cycle/reading';
import { showChargeId, typedChargeId } from '../../domain/charge-id';
import type { HeldReason } from '../../domain/picture';
import { context, facts, section } from './blocks';
import { actsOf, type CardButton, chargeButtons, deserved, readButtonValue } from './buttons';
import {
  faces,
  factsOf,
  footOf,
  headOf,
  inThePgsWords,
  latestNo,
  nextOf,
  noInWords,
  refundCommand,
  subjectOf,
} from './charge-facts';
import { type Drawing, type Drawn, draw } from './drawing';
import { said } from './finding';
import { shown } from './safe-text';
import { inBoth, type Voice, voiceOf } from './voice';

export {
  badDateOf,
  badPgOf,
  chargesOf,
  nobodyOf,
  notYetBuiltOf,
  severalOf,
  tooLongOf,
  unknownCommandOf,
  whichChargeOf,
} from './finding';
export { chargeAnswerOf, historyAnswerOf } from './history-answer';
export { heldOf, helpOf, holdOf, runOf, startedOf, statusOf, verifyOf } from './operating-answers';

/** What a person can do to one charge. */
export type ChargeAct = Exclude<CardButton, 'history'>;

/** What was typed is never done at once: the private card with name, amount and the button that asks once more. */
export function typedActOf(act: ChargeAct, story: ChargeStory, drawing: Drawing): Drawn {
  const { charge } = story;
  const { texts } = drawing;
  const mayAct = actsOf(charge.state).includes(act);
  const { blocks: head, text } = inBoth(drawing, (voice) => {
    const ask = mayAct ? texts.acts.ask[act] : texts.acts.cannot[act](texts.card.heads[charge.state]);
    return `${ask}\n${headOf(story, drawing, voice)}\n${subjectOf(story, voice)}`;
  });
  const names: CardButton[] = mayAct ? [act, 'history'] : [...deserved[charge.state]];
  return draw(drawing, text.replaceAll('\n', ' · '), [
    section(`${faces[charge.state]} ${head}`),
    facts(factsOf(story, drawing)),
    ...(mayAct ? [] : [section(nextOf(story, drawing, voiceOf(drawing, 'blocks')))]),
    ...chargeButtons(story, names, drawing, `ask:${charge.id}:${charge.version}`),
    context(footOf(story, drawing, voiceOf(drawing, 'blocks'))),
  ]);
}

/** What came of an act, to whoever did it: told from the state that the charge is in now. */
export function actedOf(act: ChargeAct, story: ChargeStory, drawing: Drawing): Drawn {
  const { state } = story.charge;
  return said(drawing, state === 'PAID' ? ':white_check_mark:' : faces[state], (voice) =>
    actedIn(act, story, drawing, voice),
  );
}

function actedIn(act: ChargeAct, story: ChargeStory, drawing: Drawing, voice: Voice): string {
  const { texts } = drawing;
  const { charge } = story;
  const of = { name: voice.name(story.customer.name), amount: voice.money(charge.amount) };
  switch (charge.state) {
    case 'PAID':
      return texts.acts.paid(of);
    case 'RETRY_WAIT':
    case 'FAILED': {
      const no = latestNo(story);
      const why = no ? [noInWords(no, texts), inThePgsWords(no, voice)].join(' ').trim() : texts.card.otherNo;
      return `${act === 'retry' ? texts.acts.declinedAgain({ ...of, why }) : texts.acts.declined({ ...of, why })} ${nextOf(story, drawing, voice)}`;
    }
    case 'CANCELED':
      return texts.acts.canceled(of);
    case 'DUE':
      return act === 'uncancel' ? texts.acts.uncanceled(of) : stateNow(story, drawing, voice);
    default:
      return stateNow(story, drawing, voice);
  }
}

/** How it stands, and what comes next unless nothing does. */
function stateNow(story: ChargeStory, drawing: Drawing, voice: Voice): string {
  const { acts } = drawing.texts;
  const of = { name: voice.name(story.customer.name), amount: voice.money(story.charge.amount) };
  const now = acts.now({ ...of, state: headOf(story, drawing, voice) });
  return story.charge.state === 'PAID' ? now : `${now} ${nextOf(story, drawing, voice)}`;
}

/** Somebody was first, or it moved: who did what and when, and how it stands now. */
export function staleOf(story: ChargeStory, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const { charge } = story;
  const act = latestAct(story);
  const { blocks, text } = inBoth(drawing, (voice) => {
    const by = act
      ? texts.acts.already({
          who: voice.who(act.actor),
          at: voice.timeOf(act.at),
          what: texts.did(act.act, charge.attempts > 1),
        })
      : texts.acts.movedOn;
    return `${by} ${stateNow(story, drawing, voice)}`;
  });
  return draw(drawing, text, [
    section(`:information_source: ${blocks}`),
    ...chargeButtons(story, deserved[charge.state], drawing, `stale:${charge.id}:${charge.version}`),
  ]);
}

/** A person's act is what moved it only when the machine has not sent anything since. */
function latestAct({ lastAct, attempts }: ChargeStory): ChargeStory['lastAct'] {
  const sentAt = attempts.at(-1)?.sentAt.getTime() ?? 0;
  return lastAct && lastAct.at.getTime() >= sentAt - sameActMs ? lastAct : null;
}

/** The row of an act and its transmission are written together; their clocks may differ a little. */
const sameActMs = 60_000;

/** The rules say no to an act on a charge that has not moved: what stands in the way. */
export const obstacleOf = (act: ChargeAct, reason: HeldReason, story: ChargeStory, drawing: Drawing): Drawn =>
  said(drawing, ':no_entry:', (voice) => {
    const { acts, buttons, card } = drawing.texts;
    return `${acts.obstacle({ name: voice.name(story.customer.name), act: buttons[act], why: card.held[reason].why })} ${card.held[reason].advice}`;
  });

/** Another charge of this customer is under way, or the PG asked for a pause. */
export const waitOf = (story: ChargeStory, drawing: Drawing): Drawn =>
  said(drawing, ':hourglass_flowing_sand:', (voice) => drawing.texts.acts.wait(voice.name(story.customer.name)));

/** What a button or a command named is not there (any more). */
export function goneOf(value: string, drawing: Drawing): Drawn {
  const id = readButtonValue(value)?.chargeId ?? typedChargeId(value);
  return said(drawing, ':question:', (voice) =>
    drawing.texts.acts.gone(id === undefined ? voice.name(value, shown.typed) : voice.code(showChargeId(id))),
  );
}

/** A button of an older version, or of nobody's. */
export const unknownButtonOf = (drawing: Drawing): Drawn =>
  said(drawing, ':question:', (voice) => drawing.texts.acts.unknownButton(voice.code('/billing help')));

/** Refunds are done on the server for now; of a charge that can't be refunded, why not. */
export function refundHowOf(story: ChargeStory | null, drawing: Drawing): Drawn {
  const { refund } = drawing.texts;
  if (story === null)
    return said(drawing, ':information_source:', (voice) =>
      refund.how(voice.code(`npm run billing -- refund ${refund.someCharge} --reason "…"`)),
    );
  const { charge } = story;
  const isCaptured = ['PAID', 'PARTLY_REFUNDED'].includes(charge.state);
  const hasSurplus = story.surpluses.some((one) => one.status === 'OPEN');
  const { blocks, text } = inBoth(drawing, (voice) => {
    const what =
      isCaptured || hasSurplus
        ? refund.how(refundCommand(charge.id, voice))
        : refund.cannot(drawing.texts.card.heads[charge.state]);
    return `${subjectOf(story, voice)}\n${what}`;
  });
  return draw(drawing, text.replaceAll('\n', ' · '), [
    section(`${faces[charge.state]} ${blocks}`),
    ...chargeButtons(story, ['history'], drawing, `refund:${charge.id}:${charge.version}`),
  ]);
}
