// What Slack itself tells a person when an app did not answer: an error under a command, a warning triangle on a button.

export interface Notice {
  readonly id: number;
  readonly user: string;
  readonly kind: 'command' | 'button' | 'modal';
  readonly text: string;
  readonly channel?: string | undefined;
  /** The message whose button failed. */
  readonly ts?: string | undefined;
}

export class Notices {
  private notices: Notice[] = [];
  private given = 0;

  constructor(private readonly changed: () => void) {}

  add(notice: Omit<Notice, 'id'>): void {
    this.given += 1;
    this.notices.push({ ...notice, id: this.given });
    this.changed();
  }

  to = (user: string): Notice[] => this.notices.filter((notice) => notice.user === user);

  dismiss(id: number): void {
    this.keepOnly((notice) => notice.id !== id);
  }

  /** A new click on a message takes its triangle away. */
  clearButton(user: string, channel: string, ts: string): void {
    this.keepOnly((notice) => notice.user !== user || notice.channel !== channel || notice.ts !== ts);
  }

  clearModal(user: string): void {
    this.keepOnly((notice) => notice.user !== user || notice.kind !== 'modal');
  }

  private keepOnly(wanted: (notice: Notice) => boolean): void {
    const kept = this.notices.filter(wanted);
    if (kept.length === this.notices.length) return;
    this.notices = kept;
    this.changed();
  }
}
