// Who may do what, decided when it is done. Unset means nobody; a group that can't be read has no members.

import type { WebClient } from '@slack/web-api';
import type { Clock, Log } from '../cycle/ports';

/** User ids and user-group ids. */
export interface People {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface AccessRules {
  readonly operators: People;
  readonly approvers: People;
  readonly readers: People;
  readonly channel: string;
}

/** A group's members are asked for at most this often; the method allows twenty calls a minute. */
const groupCacheMs = 60_000;

export class Access {
  private readonly groups = new Map<string, { readonly members: readonly string[]; readonly at: number }>();

  constructor(
    private readonly rules: AccessRules,
    private readonly client: WebClient,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** May move money. */
  isOperator(userId: string): Promise<boolean> {
    return this.isOneOf(this.rules.operators, userId);
  }

  /** May read: anybody who can type in the channel, elsewhere only those listed. */
  async mayRead(userId: string, channelId: string | undefined): Promise<boolean> {
    if (channelId === this.rules.channel) return true;
    for (const people of [this.rules.readers, this.rules.operators, this.rules.approvers])
      if (await this.isOneOf(people, userId)) return true;
    return false;
  }

  private async isOneOf(people: People, userId: string): Promise<boolean> {
    if (people.users.includes(userId)) return true;
    for (const group of people.groups) if ((await this.membersOf(group)).includes(userId)) return true;
    return false;
  }

  private async membersOf(group: string): Promise<readonly string[]> {
    const now = this.clock.now().getTime();
    const known = this.groups.get(group);
    if (known && now - known.at < groupCacheMs) return known.members;
    try {
      const { users = [] } = await this.client.usergroups.users.list({ usergroup: group });
      this.groups.set(group, { members: users, at: now });
      return users;
    } catch (error) {
      this.log.error(
        { group, error: String(error) },
        'the members of a user group could not be read; nobody of it may act',
      );
      return [];
    }
  }
}
