// What a message of the outbox shows now, read from what it is about.

import type { Message } from '../cycle/outbox';
import type { CalendarDate } from '../domain/calendar';
import { deservesCard } from '../domain/card';
import { cardOf, replyOf, successOf } from './cards/charge-card';
import { cycleEndOf, cycleOf } from './cards/cycle-card';
import type { Drawn } from './cards/drawing';
import { checkpointOf, digestOf, missedOf, pgNoticeOf, reminderOf } from './cards/notices';
import type { Office } from './office';

/** How many of what waits a reminder names. */
const remindedOf = 10;

/** The message as it is to be shown; undefined when there is nothing (any more) to show. */
export async function drawMessage(office: Office, message: Message): Promise<Drawn | undefined> {
  const { reading } = office;
  const drawing = office.drawing();
  const { subject } = message;
  switch (message.kind) {
    case 'card': {
      const story = await reading.charge(subject);
      // What healed before anybody was shown it needs no card.
      const open = story?.surpluses.some((one) => one.status === 'OPEN');
      const shown = story && (message.ts !== null || deservesCard(story.charge, open === true));
      return shown ? cardOf(story, drawing) : undefined;
    }
    case 'reply':
    case 'success': {
      const story = await reading.charge(subject);
      return story && (message.kind === 'reply' ? replyOf(story, drawing) : successOf(story, drawing));
    }
    case 'cycle':
    case 'cycle-end': {
      const cycle = await reading.cycle(subject as CalendarDate);
      return cycle && (message.kind === 'cycle' ? cycleOf(cycle, drawing) : cycleEndOf(cycle, drawing));
    }
    case 'reminder':
      return reminderOf(await reading.waiting(remindedOf), await reading.standing(), drawing);
    case 'pg': {
      const pg = (await reading.pgs()).find((one) => one.provider === subject);
      const { held } = await reading.standing();
      const waiting = held.filter((one) => one.provider === subject).reduce((sum, one) => sum + one.count, 0);
      return pg && pgNoticeOf(pg, waiting, drawing);
    }
    case 'missed':
      return missedOf(subject as CalendarDate, await reading.preview(subject as CalendarDate), drawing);
    case 'checkpoint':
      return checkpointOf(message.body ?? '', drawing);
    case 'digest':
      return digestOf(message.body ?? '', drawing);
  }
}
