// Everything that happens later, so that closing the workspace can call all of it off.

export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();

  /** Acts after this many real milliseconds, unless the returned function is called before. */
  later(ms: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act();
    }, ms);
    this.running.add(timer);
    return () => {
      clearTimeout(timer);
      this.running.delete(timer);
    };
  }

  callOffAll(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
