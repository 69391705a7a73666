import type { Keeper } from './keeper.ts';
import { clear } from './registry.ts';

/** What has to be taken down again, whenever that is asked for. */
export class Takedown {
  readonly #id: string;
  #keeper: Promise<Keeper> | undefined;
  #down: Promise<void> | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  hold(keeper: Promise<Keeper>): Promise<Keeper> {
    this.#keeper = keeper;
    return keeper;
  }

  /** Does the next step, unless the twin is being taken down. */
  async live<T>(step: () => Promise<T>): Promise<T> {
    if (this.#down) throw new Error('the twin was taken down while it was brought up');
    return step();
  }

  down(): Promise<void> {
    this.#down ??= this.#takeDown();
    return this.#down;
  }

  async #takeDown(): Promise<void> {
    const keeper = await this.#keeper?.catch(() => undefined);
    await keeper?.end();
    await clear(this.#id);
  }
}
