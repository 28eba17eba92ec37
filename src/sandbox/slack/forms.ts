// Modals in a person's hands: submitting, what the bot's ack does to the stack, closing.

import { elementsIn, type Placed } from './block-ids';
import type { Deliveries } from './deliveries';
import { type Fields, fieldsOf } from './fields';
import { type Person, personOf } from './hands';
import type { View } from './modals';
import type { Notices } from './notices';
import { stateValues, viewClosed, viewSubmission } from './payloads';
import { viewRefusal } from './view-methods';
import type { World } from './world';

export type Submitted =
  /** Slack itself did not send it: something required is missing, or too long. */
  | { readonly kind: 'incomplete'; readonly errors: Record<string, string> }
  | { readonly kind: 'errors'; readonly errors: Record<string, string> }
  | { readonly kind: 'closed' | 'cleared' }
  | { readonly kind: 'updated' | 'pushed'; readonly view: View }
  | { readonly kind: 'failed'; readonly error: string };

const trouble = '연결에 문제가 있습니다. 다시 시도해 주세요';

export class Forms {
  constructor(
    private readonly world: World,
    private readonly deliveries: Deliveries,
    private readonly notices: Notices,
  ) {}

  /** Submits the modal on top with these values, named by action id or block id. */
  async submit(viewId: string, chosen: Fields, person: Person): Promise<Submitted> {
    const actor = personOf(person);
    const view = this.onTop(actor.id, viewId);
    const placed = elementsIn(view.blocks);
    const values = stateValues(placed, chosen);
    this.notices.clearModal(actor.id);
    const incomplete = missing(placed, values);
    if (Object.keys(incomplete).length > 0) return this.complain(actor.id, 'incomplete', incomplete);
    const trigger = this.world.tickets.newTrigger(actor.id);
    const ack = await this.deliveries.send('interactive', viewSubmission(actor, view, values, trigger), true);
    return ack.acked ? this.carryOut(actor.id, view, ack.payload) : this.fail(actor.id, ack.error);
  }

  /** Closes the modal on top, or all of them by the cross. The bot hears of it only if it asked to. */
  async close(viewId: string, person: Person, all = false): Promise<void> {
    const actor = personOf(person);
    const view = this.onTop(actor.id, viewId);
    const isCleared = all || view.clear_on_close;
    if (isCleared) this.world.modals.clear(actor.id);
    else this.world.modals.pop(actor.id);
    this.notices.clearModal(actor.id);
    if (view.notify_on_close) await this.deliveries.send('interactive', viewClosed(actor, view, {}, isCleared), false);
  }

  private onTop(user: string, viewId: string): View {
    const top = this.world.modals.of(user).at(-1);
    if (top?.id !== viewId) throw new Error(`${user} has ${top?.id ?? 'no modal'} on top, not ${viewId}`);
    return top;
  }

  private carryOut(user: string, view: View, { response_action, errors, view: next }: Fields): Submitted {
    const { modals } = this.world;
    switch (response_action) {
      case 'errors':
        return this.showErrors(user, view, fieldsOf(errors));
      case 'clear':
        modals.clear(user);
        return { kind: 'cleared' };
      case 'update':
      case 'push': {
        const refusal = viewRefusal(next);
        if (refusal !== undefined) return this.fail(user, refusal.error ?? 'invalid_arguments');
        if (response_action === 'update') return { kind: 'updated', view: modals.update(view, fieldsOf(next)) };
        const pushed = modals.push(user, fieldsOf(next));
        return pushed === undefined ? this.fail(user, 'push_limit_reached') : { kind: 'pushed', view: pushed };
      }
      default:
        modals.pop(user);
        return { kind: 'closed' };
    }
  }

  /** Errors name input blocks of this view; Slack shows nothing but trouble otherwise. */
  private showErrors(user: string, view: View, errors: Fields): Submitted {
    const inputs = new Set(view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id));
    const named = Object.entries(errors).map(([blockId, text]) => [blockId, String(text)] as const);
    if (named.length === 0 || named.some(([blockId]) => !inputs.has(blockId)))
      return this.fail(user, 'invalid_error_response');
    return this.complain(user, 'errors', Object.fromEntries(named));
  }

  private complain(user: string, kind: 'incomplete' | 'errors', errors: Record<string, string>): Submitted {
    this.world.modals.showErrors(user, errors);
    return { kind, errors };
  }

  private fail(user: string, error: string): Submitted {
    this.notices.add({ user, kind: 'modal', text: `${trouble} (${error})` });
    return { kind: 'failed', error };
  }
}

/** What Slack's own client would not let pass, by block. */
function missing(placed: readonly Placed[], values: Fields): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { blockId, element, input } of placed) {
    if (input === undefined) continue;
    const state = fieldsOf(fieldsOf(values[blockId])[String(element.action_id)]);
    const complaint = isEmpty(state) ? requirement(input) : complaintAbout(element, String(state.value ?? ''));
    if (complaint !== undefined) errors[blockId] = complaint;
  }
  return errors;
}

function isEmpty(state: Fields): boolean {
  const held = state.value ?? state.selected_option ?? state.selected_options ?? state.selected_date ?? null;
  return held === null || (Array.isArray(held) && held.length === 0);
}

const requirement = (input: Fields): string | undefined =>
  input.optional === true ? undefined : '필수 입력 항목입니다.';

function complaintAbout(element: Fields, text: string): string | undefined {
  if (element.type === 'number_input') return complaintAboutNumber(element, text);
  if (element.type !== 'plain_text_input') return undefined;
  const length = [...text].length;
  if (length < Number(element.min_length ?? 0)) return `${element.min_length}자 이상 입력하세요.`;
  return length > Number(element.max_length ?? 3000)
    ? `${element.max_length ?? 3000}자까지 입력할 수 있습니다.`
    : undefined;
}

function complaintAboutNumber(element: Fields, text: string): string | undefined {
  const number = Number(text);
  if (Number.isNaN(number)) return '숫자를 입력하세요.';
  if (element.is_decimal_allowed === false && !Number.isInteger(number)) return '정수를 입력하세요.';
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `${element.min_value} 이상이어야 합니다.`;
  return element.max_value !== undefined && number > Number(element.max_value)
    ? `${element.max_value} 이하여야 합니다.`
    : undefined;
}
