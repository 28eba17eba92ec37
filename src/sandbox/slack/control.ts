// The workspace for tests and for its own page, in a person's verbs.

import type { ApiCall, ApiLog, MethodCount } from './api-log';
import type { Deliveries, Delivery } from './deliveries';
import type { DisconnectReason, FaultPlan } from './faults';
import type { Fields } from './fields';
import type { Forms, Submitted } from './forms';
import { type Acted, type Hands, type MessageButton, type Person, personOf, type ViewButton } from './hands';
import type { Ephemeral, Message } from './message';
import type { View } from './modals';
import type { Notice, Notices } from './notices';
import { channel as ownChannel } from './residents';
import type { SocketMode } from './socket-mode';
import type { World } from './world';

const lookAgainMs = 10;
const usualPatienceMs = 5_000;

export interface Doors {
  /** The whole API is gone: connections are destroyed and sockets cut; the page stays. */
  down(ms?: number): void;
  up(): void;
}

export class Control implements Doors {
  constructor(
    private readonly world: World,
    private readonly hands: Hands,
    private readonly forms: Forms,
    private readonly notes: Notices,
    private readonly log: ApiLog,
    private readonly sent: Deliveries,
    private readonly socketMode: SocketMode,
    private readonly doors: Doors,
  ) {}

  /** `slash(users.operator, '/billing history 김민수')`; resolves with the bot's ack or Slack's error. */
  slash = (user: Person, text: string, channel?: string): Promise<Acted> => this.hands.slash(user, text, channel);
  click = (button: MessageButton): Promise<Acted> => this.hands.click(button);
  clickInView = (button: ViewButton): Promise<Acted> => this.hands.clickInView(button);
  otherTeamClick = (button: Omit<MessageButton, 'user'>): Promise<Acted> => this.hands.otherTeamClick(button);
  submit = (viewId: string, values: Fields, user: Person): Promise<Submitted> =>
    this.forms.submit(viewId, values, user);
  closeView = (viewId: string, user: Person, all?: boolean): Promise<void> => this.forms.close(viewId, user, all);
  say = (user: Person, text: string, channel?: string, threadTs?: string): Message =>
    this.hands.say(user, text, channel, threadTs);
  /** Loads the page anew, which loses what only this person saw. */
  reload = (user: Person): void => this.world.conversations.forgetWhispersTo(personOf(user).id);

  /** Everything in a channel, replies included, oldest first. */
  messages = (channel: string = ownChannel): Message[] => this.world.conversations.list(channel);
  thread = (channel: string, ts: string): Message[] => this.world.conversations.threadOf(channel, ts);
  ephemerals = (user: Person): Ephemeral[] => this.world.conversations.whispersTo(personOf(user).id);
  /** The modals a person has open, the one on top last. */
  views = (user: Person): readonly View[] => this.world.modals.of(personOf(user).id);
  viewErrors = (user: Person): Readonly<Record<string, string>> => this.world.modals.errorsOf(personOf(user).id);
  /** What Slack told this person when the bot did not answer. */
  notices = (user: Person): Notice[] => this.notes.to(personOf(user).id);
  dismissNotice = (id: number): void => this.notes.dismiss(id);

  /** Waits until this returns something; fails with what it waited for. */
  async waitFor<T>(look: () => T | undefined | null | false, ms: number = usualPatienceMs): Promise<T> {
    const untilMs = performance.now() + ms;
    for (;;) {
      const seen = look();
      if (seen !== undefined && seen !== null && seen !== false) return seen;
      if (performance.now() > untilMs) throw new Error(`waited ${ms} ms in vain for ${look}`);
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  }

  apiCalls = (method?: string): ApiCall[] => this.log.read(method);
  /** Calls and 429 answers by method, also of calls no longer kept. */
  apiCounts = (): Record<string, MethodCount> => this.log.counted();
  deliveries = (): Delivery[] => this.sent.read();
  sockets = (): number => this.socketMode.size;

  setChannel = (id: string, state: { hasBot?: boolean | undefined; isArchived?: boolean | undefined }): void =>
    this.world.conversations.setChannel(id, state);
  faults = (): FaultPlan => this.world.faults.get();
  /** Replaces every fault; `{}` takes them all away. */
  setFaults = (plan: FaultPlan): void => this.world.faults.set(plan);
  /** Sends one socket away, each time the next; resolves with how many are left. */
  recycle = (reason?: DisconnectReason, how?: 'drained' | 'at once'): Promise<number> =>
    this.socketMode.recycle(reason, how);
  /** A frame that is no JSON, or whatever is given. The text `null` kills a client of socket-mode 3.1.0. */
  malformedFrame = (text = '{"type":'): void => this.socketMode.sendRaw(text);
  down = (ms?: number): void => this.doors.down(ms);
  up = (): void => this.doors.up();
}
