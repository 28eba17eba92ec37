// What every route of the sandbox's Toss shares, and what it is told about one call.

import type { Done } from './answer';
import type { Books } from './books';
import type { Faults } from './fault-plan';
import type { FaultsOf, Verb } from './faults';
import type { RequestTally } from './request-tally';
import type { TossSwitches } from './switches';
import type { Timers } from './timers';
import type { Fields } from './validation';

export interface World {
  readonly books: Books;
  readonly faults: Faults;
  readonly tally: RequestTally;
  readonly switches: TossSwitches;
  readonly timers: Timers;
  readonly now: () => Date;
  readonly acceptsSecretKey: (secretKey: string) => boolean;
}

export interface Call<V extends Verb = Verb> {
  /** The one thing the path names: a billing key, a payment key or an order id. */
  readonly named: string;
  /** Undefined when the body is not a JSON object. */
  readonly body: Fields | undefined;
  readonly idempotencyKey: string | null;
  readonly fault: FaultsOf[V] | undefined;
}

/** Carries one call out and says what to answer, and whether the answer arrives. */
export type Route<V extends Verb> = (world: World, call: Call<V>) => Promise<Done>;
