// Who clicked or typed, as Slack's payload says it, and whether that is one of us.

/** The parts of a payload that say who it is and where. */
export interface Payload {
  readonly team?: { readonly id?: string } | null;
  readonly team_id?: string;
  readonly user?: { readonly id: string; readonly team_id?: string };
  readonly user_id?: string;
  readonly channel?: { readonly id?: string };
  readonly channel_id?: string;
  readonly container?: { readonly channel_id?: string; readonly is_ephemeral?: boolean };
}

export interface Who {
  readonly userId: string;
  readonly teamId: string;
  /** `slack:T…/U…`, as the audit table names people. */
  readonly actor: string;
  readonly channelId: string | undefined;
  /** It was clicked in a message that only this person sees. */
  readonly private: boolean;
}

/** Reads a payload. `home` is our own team: people of another one may share a channel with us, and never act. */
export function whoOf(payload: Payload, home: string): Who & { readonly isOurs: boolean } {
  const userId = payload.user?.id ?? payload.user_id ?? '';
  const workspace = payload.team?.id ?? payload.team_id ?? '';
  const teamId = payload.user?.team_id ?? workspace;
  return {
    userId,
    teamId,
    actor: `slack:${teamId}/${userId}`,
    channelId: payload.channel?.id ?? payload.channel_id ?? payload.container?.channel_id,
    private: payload.container?.is_ephemeral === true,
    isOurs: userId !== '' && workspace === home && teamId === home,
  };
}
