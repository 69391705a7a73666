import type { Clock } from '../ports.ts';

/** Waits for several to begin something, but for none of them for ever. */
export class Begun {
  #left: number;
  readonly #all = new AbortController();

  constructor(expected: number) {
    this.#left = expected;
    if (expected === 0) this.#all.abort();
  }

  /** Counts one of them, the first time that what it returns is called. */
  count(): () => void {
    let isCounted = false;
    return () => {
      if (isCounted) return;
      isCounted = true;
      this.#left--;
      if (this.#left === 0) this.#all.abort();
    };
  }

  async wait(clock: Clock, ms: number): Promise<void> {
    if (!this.#all.signal.aborted) await clock.wait(ms, this.#all.signal);
  }
}
