/** `1 host`, `2 hosts`, `1,024 hosts`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${thousands(amount)} ${amount === 1 ? noun : plural}`;
}

/** With commas, in every locale. */
export function thousands(amount: number): string {
  return String(amount).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `a`, `a and b`, `a, b and c`; of more than `limit` the first ones and how many follow. */
export function list(items: readonly string[], limit = items.length): string {
  const shown =
    items.length > limit ? [...items.slice(0, limit), `${thousands(items.length - limit)} more`] : items;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

/** `120 ms` below ten seconds, `12.3 s` above. */
export function duration(ms: number): string {
  return ms < 10_000 ? `${thousands(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
