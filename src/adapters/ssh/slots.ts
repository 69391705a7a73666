/** The right to do one thing that only so many may do at a time. Giving it back twice is harmless. */
export type Release = () => void;

/** Lets at most `limit` holders in; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  async take(): Promise<Release> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((admitted) => this.#waiting.push(admitted));
    let held = true;
    return () => {
      if (held) this.#pass();
      held = false;
    };
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
