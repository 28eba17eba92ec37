// Modals: views.*.

import { type Answer, no, yes } from './answer';
import { complaintsAboutView } from './block-rules';
import { type Fields, fieldsOf, isFields, textOf } from './fields';
import type { View } from './modals';
import type { Method, World } from './world';

const largestView = 250_000;

/** Why Slack does not show this view. */
export function viewRefusal(view: unknown): Answer | undefined {
  if (!isFields(view)) return no('invalid_arguments', ['[ERROR] missing required field: view']);
  if (Buffer.byteLength(JSON.stringify(view)) > largestView) return no('view_too_large');
  const complaints = complaintsAboutView(view);
  return complaints.length === 0 ? undefined : no('invalid_arguments', complaints);
}

const show = (view: View | undefined): Answer => (view === undefined ? no('push_limit_reached') : yes({ view }));

function onTrigger(world: World, args: Fields, act: (user: string) => View | undefined): Answer {
  const id = textOf(args.trigger_id);
  if (id === '') return no('invalid_arguments', ['[ERROR] missing required field: trigger_id']);
  const refusal = viewRefusal(args.view);
  if (refusal !== undefined) return refusal;
  const redeemed = world.tickets.redeem(id);
  return 'error' in redeemed ? no(redeemed.error) : show(act(redeemed.user));
}

function update(world: World, args: Fields): Answer {
  const refusal = viewRefusal(args.view);
  if (refusal !== undefined) return refusal;
  const { modals } = world;
  const before =
    args.view_id === undefined ? modals.findExternal(textOf(args.external_id)) : modals.find(textOf(args.view_id));
  if (before === undefined) return no('not_found');
  if (args.hash !== undefined && args.hash !== before.hash) return no('hash_conflict');
  return show(modals.update(before, fieldsOf(args.view)));
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': {
    token: 'bot',
    run: (world, args) => onTrigger(world, args, (user) => world.modals.open(user, fieldsOf(args.view))),
  },
  'views.push': {
    token: 'bot',
    run: (world, args) => onTrigger(world, args, (user) => world.modals.push(user, fieldsOf(args.view))),
  },
  'views.update': { token: 'bot', run: update },
};
