// What people do here: type, click, fill in. Each act becomes the payload Slack would send, and what the bot's ack says is
// carried out as Slack would.

import { elementsIn, type Placed } from './block-ids';
import { isRefusal } from './content-rules';
import type { Channel } from './conversations';
import type { Ack, Deliveries } from './deliveries';
import { type Fields, listOf } from './fields';
import type { Message } from './message';
import type { Notice, Notices } from './notices';
import {
  type Actor,
  actionOf,
  actorOf,
  messageClick,
  slashCommand,
  stateValues,
  strangerActor,
  viewClick,
} from './payloads';
import { channel as ownChannel, userOf } from './residents';
import { answerTo } from './response-url';
import type { Origin } from './tickets';
import type { World } from './world';

/** A user id, or somebody who has one. */
export type Person = string | { readonly id: string };

export type Acted = { readonly acked: true } | { readonly acked: false; readonly error: string };

export interface MessageButton {
  readonly user: Person;
  readonly channel?: string | undefined;
  /** The message; or `ephemeralId`, the `ts` of what only this person sees. */
  readonly ts?: string | undefined;
  readonly ephemeralId?: string | undefined;
  readonly actionId: string;
  /** Where several blocks have the same action id. */
  readonly blockId?: string | undefined;
  /** The option chosen; for buttons, which of several with this action id. */
  readonly value?: string | readonly string[] | undefined;
}

export interface ViewButton extends Pick<MessageButton, 'user' | 'actionId' | 'blockId' | 'value'> {
  readonly viewId: string;
  /** What was filled in so far, by action id or block id. */
  readonly values?: Fields | undefined;
}

export const personOf = (person: Person): Actor => {
  const id = typeof person === 'string' ? person : person.id;
  const user = userOf(id);
  if (user === undefined) throw new Error(`nobody here has the id ${id}`);
  return actorOf(user);
};

export class Hands {
  constructor(
    private readonly world: World,
    private readonly deliveries: Deliveries,
    private readonly notices: Notices,
    private readonly publicUrl: () => string,
  ) {}

  /** Types `/billing …`, or just what follows it, and resolves when the bot has answered or Slack has given up. */
  async slash(person: Person, typed: string, channelId: string = ownChannel): Promise<Acted> {
    const actor = personOf(person);
    const channel = this.channel(channelId);
    const [, command = '/billing', text = ''] = /^(\/\S+)?\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
    const failed = (error: string): Acted => {
      const what = `${command} 명령이 실패했습니다 (${error})`;
      this.notices.add({ user: actor.id, kind: 'command', channel: channelId, text: what });
      return { acked: false, error };
    };
    if (command !== '/billing') return failed('invalid_command');
    const origin: Origin = { user: actor.id, channel: channelId };
    const payload = slashCommand(actor, channel, command, text, this.ticketsFor(origin));
    const ack = await this.deliveries.send('slash_commands', payload, true);
    if (!ack.acked) return failed(ack.error);
    if (ack.payload.text === undefined && ack.payload.blocks === undefined) return { acked: true };
    const answer = answerTo(this.world, origin, ack.payload);
    return isRefusal(answer) ? failed(answer.error ?? 'invalid_command_response') : { acked: true };
  }

  /** Uses an element of a message, as it is drawn now. */
  click(button: MessageButton): Promise<Acted> {
    return this.clickAs(personOf(button.user), button);
  }

  /** The same click by somebody of another company in a shared channel. */
  otherTeamClick(button: Omit<MessageButton, 'user'>): Promise<Acted> {
    return this.clickAs(strangerActor, { ...button, user: strangerActor.id });
  }

  /** Uses an element of a modal. */
  async clickInView(button: ViewButton): Promise<Acted> {
    const actor = personOf(button.user);
    const view = this.world.modals.of(actor.id).find(({ id }) => id === button.viewId);
    if (view === undefined) throw new Error(`${actor.id} has no modal ${button.viewId} open`);
    const placed = elementsIn(view.blocks);
    const used = chosen(placed, button);
    const values = stateValues(placed, { ...button.values, ...choiceOf(used, button) });
    const action = actionOf(used, button.value, this.actionTs());
    const trigger = this.world.tickets.newTrigger(actor.id);
    return this.noted(
      await this.deliveries.send('interactive', viewClick(actor, view, values, action, trigger), false),
      { user: actor.id, kind: 'modal' },
    );
  }

  /** Writes something as a person. The bot does not listen to messages, so nothing is delivered. */
  say(person: Person, text: string, channelId: string = ownChannel, threadTs?: string): Message {
    this.channel(channelId);
    // What a person types is text: Slack escapes it before anybody gets it.
    const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    return this.world.conversations.post({ channel: channelId, user: personOf(person).id, text: escaped, threadTs });
  }

  private async clickAs(actor: Actor, button: MessageButton): Promise<Acted> {
    const channel = this.channel(button.channel ?? ownChannel);
    const message = this.messageOf(actor, channel.id, button);
    const isEphemeral = 'to' in message;
    const placed = elementsIn(listOf(message.blocks));
    const used = chosen(placed, button);
    const origin: Origin = {
      user: actor.id,
      channel: channel.id,
      threadTs: message.threadTs,
      original: { ts: message.ts, isEphemeral },
    };
    this.notices.clearButton(actor.id, channel.id, message.ts);
    const payload = messageClick({
      actor,
      channel,
      message,
      thread: isEphemeral ? undefined : this.world.conversations.threadSummary(message),
      action: actionOf(used, button.value, this.actionTs()),
      values: stateValues(placed, choiceOf(used, button)),
      ...this.ticketsFor(origin),
    });
    const ack = await this.deliveries.send('interactive', payload, false);
    return this.noted(ack, { user: actor.id, kind: 'button', channel: channel.id, ts: message.ts });
  }

  private noted(ack: Ack, about: Omit<Notice, 'id' | 'text'>): Acted {
    if (ack.acked) return { acked: true };
    this.notices.add({ ...about, text: `앱이 응답하지 않았습니다 (${ack.error})` });
    return { acked: false, error: ack.error };
  }

  private messageOf(actor: Actor, channel: string, { ts, ephemeralId }: MessageButton): Message {
    const { conversations } = this.world;
    const whisper = ephemeralId === undefined ? undefined : conversations.findWhisper(channel, ephemeralId);
    if (whisper !== undefined && whisper.to === actor.id) return whisper;
    const message = ts === undefined ? undefined : conversations.find(channel, ts);
    if (message === undefined) throw new Error(`${actor.id} sees no message ${ts ?? ephemeralId} in ${channel}`);
    return message;
  }

  private channel(id: string): Channel {
    const channel = this.world.conversations.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  }

  private ticketsFor(origin: Origin): { triggerId: string; responseUrl: string } {
    const { tickets } = this.world;
    return {
      triggerId: tickets.newTrigger(origin.user),
      responseUrl: `${this.publicUrl()}/response/${tickets.newResponseUrl(origin)}`,
    };
  }

  private actionTs = (): string => (this.world.now().getTime() / 1000).toFixed(6);
}

/** The one element this click means. */
function chosen(placed: readonly Placed[], { actionId, blockId, value }: Omit<MessageButton, 'user'>): Placed {
  const found = placed.filter(
    (candidate) =>
      candidate.element.action_id === actionId &&
      (blockId === undefined || candidate.blockId === blockId) &&
      (candidate.element.type !== 'button' || value === undefined || candidate.element.value === value),
  );
  const [only, another] = found;
  if (only === undefined) {
    const there = placed.map(({ element }) => element.action_id).join(', ') || 'nothing';
    throw new Error(`there is no ${actionId} to click; there is ${there}`);
  }
  if (another !== undefined) throw new Error(`${actionId} is there ${found.length} times; say its blockId or value`);
  return only;
}

const choiceOf = ({ element }: Placed, { value }: { value?: unknown }): Fields =>
  element.type === 'button' || value === undefined ? {} : { [String(element.action_id)]: value };
