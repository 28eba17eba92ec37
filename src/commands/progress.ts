// Progress on stderr: one line that changes on a terminal, a line every few seconds elsewhere.

const terminalMs = 200;
const fileMs = 10_000;

export class Progress {
  private shownAt = 0;
  private shown = false;

  constructor(
    private readonly line: () => string,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  /** Something moved; shows it if the last time is long enough ago. */
  moved(): void {
    const now = performance.now();
    if (now - this.shownAt < (this.out.isTTY ? terminalMs : fileMs)) return;
    this.shownAt = now;
    this.shown = true;
    this.out.write(this.out.isTTY ? `\r\u001b[K${this.line()}` : `${this.line()}\n`);
  }

  /** Leaves the last state standing. */
  end(): void {
    if (this.shown) this.out.write(this.out.isTTY ? `\r\u001b[K${this.line()}\n` : `${this.line()}\n`);
  }
}
