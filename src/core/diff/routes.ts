import type { Prefix } from '../model/address.ts';
import type { Change, RouteKey } from '../model/change.ts';
import { compareRoutes, type RouteGroup } from '../model/host-state.ts';

/** Adds before removes. A destination that moves to another next hop is one of each; on a host it is one `replace`. */
export function diffRoutes(before: readonly RouteGroup[], after: readonly RouteGroup[]): readonly Change[] {
  const added = after.flatMap((group) =>
    missing(group, before).map((destination): Change => ({
      kind: 'route-added',
      destination,
      group: keyOf(group),
    })),
  );
  const removed = before.flatMap((group) =>
    missing(group, after).map((destination): Change => ({
      kind: 'route-removed',
      destination,
      group: keyOf(group),
    })),
  );
  return [...added, ...removed];
}

function missing(group: RouteGroup, others: readonly RouteGroup[]): readonly Prefix[] {
  const other = others.find((each) => compareRoutes(each, group) === 0);
  if (!other) return group.destinations;
  if (other.destinations === group.destinations) return [];
  const there = new Set(other.destinations.map((prefix) => prefix.text));
  return group.destinations.filter((prefix) => !there.has(prefix.text));
}

function keyOf({ family, via }: RouteGroup): RouteKey {
  return via ? { family, via } : { family };
}
