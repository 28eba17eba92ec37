// The payloads in Slack's own shape, field by field.

import type { Placed } from './block-ids';
import type { Channel } from './conversations';
import { type Fields, fieldsOf, listOf } from './fields';
import { type Ephemeral, type Message, type Thread, wireMessage } from './message';
import type { View } from './modals';
import { bot, stranger, team, type User, verificationToken } from './residents';

/** Who acts: one of ours, or somebody of another company. */
export interface Actor extends Pick<User, 'id' | 'handle' | 'name'> {
  readonly teamId: string;
  readonly teamDomain: string;
}

export const actorOf = (user: User): Actor => ({ ...user, teamId: team.id, teamDomain: team.domain });
export const strangerActor: Actor = { ...stranger };

interface Tickets {
  readonly triggerId: string;
  readonly responseUrl: string;
}

export function slashCommand(actor: Actor, channel: Channel, command: string, text: string, tickets: Tickets): Fields {
  return {
    token: verificationToken,
    team_id: actor.teamId,
    team_domain: actor.teamDomain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: actor.id,
    user_name: actor.handle,
    command,
    text,
    api_app_id: bot.appId,
    is_enterprise_install: 'false',
    response_url: tickets.responseUrl,
    trigger_id: tickets.triggerId,
  };
}

const common = (actor: Actor, type: string): Fields => ({
  type,
  user: { id: actor.id, username: actor.handle, name: actor.handle, team_id: actor.teamId },
  api_app_id: bot.appId,
  token: verificationToken,
  team: { id: actor.teamId, domain: actor.teamDomain },
  enterprise: null,
  is_enterprise_install: false,
});

export interface MessageClick extends Tickets {
  readonly actor: Actor;
  readonly channel: Channel;
  readonly message: Message | Ephemeral;
  readonly thread: Thread | undefined;
  readonly action: Fields;
  readonly values: Fields;
}

export function messageClick(click: MessageClick): Fields {
  const { actor, channel, message, thread } = click;
  const isEphemeral = 'to' in message;
  const threadTs = message.threadTs ?? (thread === undefined ? undefined : message.ts);
  return {
    ...common(actor, 'block_actions'),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    },
    trigger_id: click.triggerId,
    channel: { id: channel.id, name: channel.name },
    // Slack does not keep what it showed to one person, and so cannot send it along.
    ...(isEphemeral ? {} : { message: wireMessage(message, thread, true) }),
    state: { values: click.values },
    response_url: click.responseUrl,
    actions: [click.action],
  };
}

export function viewClick(actor: Actor, view: View, values: Fields, action: Fields, triggerId: string): Fields {
  return {
    ...common(actor, 'block_actions'),
    container: { type: 'view', view_id: view.id },
    trigger_id: triggerId,
    view: { ...view, state: { values } },
    actions: [action],
  };
}

export function viewSubmission(actor: Actor, view: View, values: Fields, triggerId: string): Fields {
  return {
    ...common(actor, 'view_submission'),
    trigger_id: triggerId,
    view: { ...view, state: { values } },
    response_urls: [],
  };
}

export function viewClosed(actor: Actor, view: View, values: Fields, isCleared: boolean): Fields {
  return { ...common(actor, 'view_closed'), view: { ...view, state: { values } }, is_cleared: isCleared };
}

/** What one use of an element looks like in `actions`. */
export function actionOf({ blockId, element }: Placed, chosen: unknown, actionTs: string): Fields {
  const { type, action_id } = element;
  const named = { action_id, block_id: blockId, type, action_ts: actionTs };
  if (type === 'button')
    return { ...named, text: element.text, ...copied(element, 'value'), ...copied(element, 'style') };
  return { ...named, ...stateOf(element, chosen), ...copied(element, 'placeholder') };
}

const copied = (from: Fields, key: string): Fields => (from[key] === undefined ? {} : { [key]: from[key] });

/**
 * What an element holds, as it stands in `state.values`. What a person chose is the value of an option, a list of them
 * for checkboxes, or the text typed; `undefined` leaves what the element began with.
 */
export function stateOf(element: Fields, chosen: unknown): Fields {
  const options = [
    ...listOf(element.options),
    ...listOf(element.option_groups).flatMap((group) => listOf(group.options)),
  ];
  const optionOf = (value: unknown): Fields | null => options.find((option) => option.value === value) ?? null;
  switch (element.type) {
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return {
        selected_option: chosen === undefined ? (element.initial_option ?? null) : shortened(optionOf(chosen)),
      };
    case 'checkboxes': {
      const values = Array.isArray(chosen) ? chosen : chosen === undefined ? undefined : [chosen];
      const kept = values?.map(optionOf).filter((option) => option !== null) ?? listOf(element.initial_options);
      return { selected_options: kept.map(shortened) };
    }
    case 'datepicker':
      return { selected_date: chosen ?? element.initial_date ?? null };
    default:
      return { value: textChosen(chosen === undefined ? element.initial_value : chosen) };
  }
}

const textChosen = (chosen: unknown): string | null =>
  chosen === undefined || chosen === null || chosen === '' ? null : String(chosen);

const shortened = (option: Fields | null): Fields | null =>
  option === null ? null : { text: option.text, value: option.value, ...copied(option, 'description') };

/** `state.values` of everything that holds a value, given what was chosen by action id or block id. */
export function stateValues(placed: readonly Placed[], chosen: Fields): Fields {
  const values: Record<string, Fields> = {};
  for (const { blockId, element } of placed) {
    if (element.type === 'button' || element.type === 'overflow') continue;
    const id = String(element.action_id);
    const state = { type: element.type, ...stateOf(element, chosen[id] ?? chosen[blockId]) };
    values[blockId] = { ...fieldsOf(values[blockId]), [id]: state };
  }
  return values;
}
