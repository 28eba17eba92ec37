// What the listeners and the post office work with: the verbs of the cycle, what can be read, and who is who.

import type { Planning } from '../cycle/billing-days';
import type { Outbox } from '../cycle/outbox';
import type { Clock, Log, World } from '../cycle/ports';
import type { Reading } from '../cycle/reading';
import type { BillingTime } from '../domain/calendar';
import type { Actor } from '../domain/history';
import type { PgProvider } from '../domain/outcome';
import type { Charge } from '../domain/picture';
import type { Drawing } from './cards/drawing';

/** The kill switch; false when it stood so already. */
export interface PgSwitch {
  hold(provider: PgProvider, actor: Actor): Promise<boolean>;
  resume(provider: PgProvider, actor: Actor): Promise<boolean>;
}

/** Who tried what and was refused. */
export interface Refusal {
  readonly actor: Actor;
  readonly tried: string;
  readonly code: string;
  readonly charge?: Charge;
}

export interface Office {
  readonly world: World;
  /** The clock of messages; it runs while a test's clock of money stands. */
  readonly clock: Clock;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly planning: Planning;
  readonly pgSwitch: PgSwitch;
  readonly refuse: (refusal: Refusal) => Promise<void>;
  readonly billingTime: BillingTime;
  /** The channel of cards and summaries. */
  readonly channel: string;
  readonly log: Log;
  /** How things are drawn now. */
  drawing(): Drawing;
  /** Aborted when the process is to end: nothing new is started. */
  readonly stop: AbortSignal;
}
