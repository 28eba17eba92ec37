// Whoever clicks or types gets an answer, whatever happened on the way.

import { randomBytes } from 'node:crypto';
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../cycle/ports';
import type { Drawn } from './cards/drawing';
import { troubleOf } from './cards/notices';
import type { Office } from './office';

/** Where an answer can go. */
export interface Counter {
  readonly respond: RespondFn;
  readonly client: WebClient;
  readonly channelId: string | undefined;
  readonly userId: string;
  /** The private message that was clicked is replaced by its answer. */
  readonly replaces: boolean;
}

/** Answers privately; where the response URL is used up or expired, by a message of our own. */
export async function answer(log: Log, counter: Counter, drawn: Drawn): Promise<void> {
  const { text, blocks } = drawn;
  try {
    await counter.respond({ response_type: 'ephemeral', replace_original: counter.replaces, text, blocks });
  } catch (error) {
    log.warn({ user: counter.userId, error: String(error) }, 'a response URL did not take an answer');
    if (counter.channelId === undefined) return;
    try {
      await counter.client.chat.postEphemeral({ channel: counter.channelId, user: counter.userId, text, blocks });
    } catch (second) {
      log.error({ user: counter.userId, error: String(second) }, 'an answer reached nobody');
    }
  }
}

/** Runs what somebody asked for. An error of ours is told with an id that stands in the log as well. */
export async function answered(office: Office, counter: Counter, work: () => Promise<Drawn>): Promise<void> {
  let drawn: Drawn;
  try {
    drawn = await work();
  } catch (error) {
    const id = randomBytes(4).toString('hex');
    office.log.error(
      { id, user: counter.userId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      'somebody asked for something and it failed',
    );
    drawn = troubleOf(id, office.drawing());
  }
  await answer(office.log, counter, drawn);
}
