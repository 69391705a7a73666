/** Numbers that a seed decides: the same seed, the same trial. */
export interface Random {
  /** At least 0, below 1. */
  unit(): number;
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
}

/** mulberry32: 32 bits of state are plenty for the few dozen draws of a trial, and any seed will do. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Neighbouring seeds would begin with neighbouring numbers.
  for (let i = 0; i < 4; i++) unit();
  return {
    unit,
    between: (low, high) => low + unit() * (high - low),
    pick: (list) => list[Math.floor(unit() * list.length)]!,
  };
}
