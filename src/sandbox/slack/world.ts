// What every method of the Web API shares, and what it is told about one call.

import type { Answer } from './answer';
import type { Conversations } from './conversations';
import type { Faults } from './faults';
import type { Fields } from './fields';
import type { Modals } from './modals';
import type { RateLimit } from './rate-limit';
import type { SlackSwitches } from './switches';
import type { Tickets } from './tickets';

export interface World {
  readonly conversations: Conversations;
  readonly modals: Modals;
  readonly tickets: Tickets;
  readonly faults: Faults;
  readonly rate: RateLimit;
  readonly switches: SlackSwitches;
  readonly now: () => Date;
  /** The page's address, for links; known once the workspace listens. */
  readonly address: () => string;
  /** The address of a new socket, or why there is none. */
  readonly openSocket: () => string;
}

export interface Method {
  /** Whose token it takes: `bot` is `xoxb-…`, `app` is `xapp-…`. */
  readonly token: 'bot' | 'app';
  readonly run: (world: World, args: Fields) => Answer;
}
