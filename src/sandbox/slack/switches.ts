// How this workspace behaves where Slack's numbers may differ from ours, or where a test must not wait for them.

export interface HttpEvents {
  /** Where slash commands and interactions are posted, usually `…/slack/events`. */
  readonly url: string;
  readonly signingSecret: string;
}

export interface SlackSwitches {
  /** How long an ack may take before Slack tells the person that it failed. */
  readonly ackTimeoutMs: number;
  /** How long a trigger id opens a modal. */
  readonly triggerMs: number;
  readonly responseUrlMs: number;
  readonly responseUrlPosts: number;
  /** Posts per second and channel, `null` for no limit. Slack documents one. */
  readonly postsPerSecond: number | null;
  /** How many posts may come at once. Slack does not say; three is on the careful side. */
  readonly postBurst: number;
  /** Tier 3: fifty a minute and method, `null` for no limit. */
  readonly updatesPerMinute: number | null;
  readonly updateBurst: number;
  /** Sockets per app; one more is told `too_many_websockets`. */
  readonly mostSockets: number;
  /** Whether the workspace's plan has user groups; without, asking for one is refused with `plan_upgrade_required`. */
  readonly userGroups: boolean;
  /** Delivers by signed POST instead of Socket Mode. */
  readonly events: HttpEvents | null;
}

export const usualSwitches: SlackSwitches = {
  ackTimeoutMs: 3_000,
  triggerMs: 3_000,
  responseUrlMs: 30 * 60_000,
  responseUrlPosts: 5,
  postsPerSecond: 1,
  postBurst: 3,
  updatesPerMinute: 50,
  updateBurst: 20,
  mostSockets: 10,
  userGroups: true,
  events: null,
};
