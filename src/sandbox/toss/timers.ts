// Everything that happens later, so that closing the sandbox can call all of it off. Latencies and delays are real
// milliseconds, whatever clock the sandbox was given for its dates.

export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();

  /** Resolves after this long; never, when the sandbox is closed before. */
  wait(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => this.later(ms, resolve));
  }

  later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act();
    }, ms);
    this.running.add(timer);
  }

  callOffAll(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
