import type { Mended } from '../model/drift.ts';
import type { HostName } from '../model/name.ts';
import type { Vicinity } from '../model/vicinity.ts';

const DAY_S = 86_400;

/** What a host put right by itself in the last day, each thing once, the latest first. */
export function mendedLately(host: HostName, { mended, time }: Vicinity): readonly Mended[] {
  const byWhat = new Map<string, Mended>();
  for (const { at, what } of mended) {
    if (at > time - DAY_S && at <= time + 60)
      byWhat.set(what, { host, what, at, times: (byWhat.get(what)?.times ?? 0) + 1 });
  }
  return [...byWhat.values()].toSorted((a, b) => b.at - a.at);
}
