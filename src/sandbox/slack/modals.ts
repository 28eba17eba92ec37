// The modals people have before them: a stack of at most three each, the last one on top.

import { randomBytes } from 'node:crypto';
import { withIds } from './block-ids';
import { type Fields, fieldsOf, listOf, textOf } from './fields';
import { bot, team } from './residents';

const mostViews = 3;

export interface View extends Fields {
  readonly id: string;
  readonly hash: string;
  readonly blocks: Fields[];
  readonly callback_id: string;
  readonly notify_on_close: boolean;
  readonly clear_on_close: boolean;
}

interface Stack {
  views: View[];
  /** What the bot found wrong with the view on top, by block. */
  errors: Readonly<Record<string, string>>;
}

export class Modals {
  private readonly stacks = new Map<string, Stack>();
  private made = 0;

  constructor(
    private readonly now: () => Date,
    private readonly changed: () => void,
  ) {}

  /** What this person sees, the view on top last. */
  of = (user: string): readonly View[] => this.stacks.get(user)?.views ?? [];

  errorsOf = (user: string): Readonly<Record<string, string>> => this.stacks.get(user)?.errors ?? {};

  ownerOf(viewId: string): string | undefined {
    for (const [user, { views }] of this.stacks) if (views.some(({ id }) => id === viewId)) return user;
    return undefined;
  }

  find = (viewId: string): View | undefined => this.all().find(({ id }) => id === viewId);
  findExternal = (externalId: string): View | undefined =>
    this.all().find(({ external_id }) => external_id === externalId);

  open(user: string, view: Fields): View {
    const opened = this.newView(view, []);
    this.put(user, [opened]);
    return opened;
  }

  /** `undefined` when three are open already. */
  push(user: string, view: Fields): View | undefined {
    const below = this.of(user);
    if (below.length >= mostViews) return undefined;
    const pushed = this.newView(view, below);
    this.put(user, [...below, pushed]);
    return pushed;
  }

  update(before: View, view: Fields): View {
    const { id, root_view_id, previous_view_id } = before;
    const updated = { ...this.newView(view, []), id, root_view_id, previous_view_id };
    const user = this.ownerOf(id);
    if (user !== undefined)
      this.put(
        user,
        this.of(user).map((open) => (open.id === id ? updated : open)),
      );
    return updated;
  }

  showErrors(user: string, errors: Readonly<Record<string, string>>): void {
    const stack = this.stacks.get(user);
    if (stack !== undefined) stack.errors = errors;
    this.changed();
  }

  /** Closes the view on top; the one below comes back. */
  pop(user: string): void {
    this.put(user, this.of(user).slice(0, -1));
  }

  clear(user: string): void {
    this.put(user, []);
  }

  private all = (): View[] => [...this.stacks.values()].flatMap(({ views }) => views);

  private put(user: string, views: View[]): void {
    if (views.length === 0) this.stacks.delete(user);
    else this.stacks.set(user, { views, errors: {} });
    this.changed();
  }

  private newView(view: Fields, below: readonly View[]): View {
    this.made += 1;
    const id = `V${String(this.made).padStart(4, '0')}${randomBytes(3).toString('hex').toUpperCase()}`;
    return {
      id,
      team_id: team.id,
      type: 'modal',
      blocks: withIds(listOf(view.blocks)),
      private_metadata: textOf(view.private_metadata),
      callback_id: textOf(view.callback_id),
      external_id: textOf(view.external_id),
      state: fieldsOf({ values: {} }),
      hash: `${Math.floor(this.now().getTime() / 1000)}.${randomBytes(4).toString('hex')}`,
      title: view.title,
      clear_on_close: view.clear_on_close === true,
      notify_on_close: view.notify_on_close === true,
      close: view.close ?? null,
      submit: view.submit ?? null,
      submit_disabled: view.submit_disabled === true,
      previous_view_id: below.at(-1)?.id ?? null,
      root_view_id: below[0]?.id ?? id,
      app_id: bot.appId,
      app_installed_team_id: team.id,
      bot_id: bot.botId,
    };
  }
}
