// A clock that stands where the test puts it. Sleeping moves it on, so waiting costs nothing.

import type { Clock } from '../../src/cycle/ports';

export class GivenClock implements Clock {
  constructor(private at: Date) {}

  now = (): Date => new Date(this.at);

  /** Moves the clock to the end of the sleep at once, and lets everything else have a turn. */
  sleep = async (ms: number): Promise<void> => {
    this.pass(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };

  pass(ms: number): void {
    this.at = new Date(this.at.getTime() + ms);
  }

  set(at: string): void {
    this.at = new Date(at);
  }
}

export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;
export const days = (count: number): number => count * 86_400_000;
