import { covers, type Family, type Prefix } from '../model/address.ts';
import type { RouteKey } from '../model/change.ts';
import type { RouteGroup } from '../model/host-state.ts';
import type { ForeignRoute } from '../model/vicinity.ts';
import { routeOwner, routeTaker } from './culprit.ts';
import type { Amiss, Sighting } from './sighting.ts';

/** Our routes, and those of others that take traffic from them. */
export function routeDrift(sighting: Sighting): readonly Amiss[] {
  return sighting.basis === 'git' ? handMade(sighting) : [...ours(sighting), ...captured(sighting)];
}

function ours(sighting: Sighting): readonly Amiss[] {
  const { changes, observed, around, strays } = sighting;
  const added = changes.flatMap((change) => (change.kind === 'route-added' ? [change] : []));
  const missing = changes.flatMap((change) =>
    change.kind === 'route-removed' && (change.group.via || canLead(change.group.family, sighting))
      ? [change]
      : [],
  );
  const isAll = observed.routes.length === 0;
  const replaced = new Set(missing.map(({ destination }) => destination.text));
  const amiss = missing.map(({ destination, group }): Amiss => {
    const base = { subject: destination.text, expected: way(group) };
    const altered = added.find((change) => change.destination.text === destination.text);
    if (altered) return { code: 'route-altered', ...base, observed: way(altered.group), culprit: 'a person' };
    const stray = strays.routes.find((line) => destinationOf(line) === destination.text);
    if (stray !== undefined) return { code: 'route-altered', ...base, observed: stray, culprit: 'a person' };
    const foreign = around.foreignRoutes.find((route) => route.destination.text === destination.text);
    if (foreign)
      return {
        code: 'route-replaced',
        ...base,
        observed: foreign.line,
        culprit: routeOwner(foreign, around),
      };
    return { code: 'route-missing', ...base, observed: 'missing', culprit: routeTaker(around, isAll) };
  });
  const extra = added.filter(({ destination }) => !replaced.has(destination.text));
  return [
    ...amiss,
    ...extra.map(({ destination, group }): Amiss => foreignMark(destination.text, way(group))),
    ...strays.routes
      .filter((line) => !replaced.has(destinationOf(line)))
      .map((line): Amiss => foreignMark(destinationOf(line), line)),
  ];
}

/** Of a line of `ip route show`, in which it may stand behind a word such as `blackhole`. */
function destinationOf(line: string): string {
  return /^(?:(?!default )[a-z]+ )?(\S*)/.exec(line)![1]!;
}

/**
 * Whether a route of this family can lead into the tunnel. Not without its interface, nor with the interface down; and the kernel drops a
 * device's IPv4 routes with its last IPv4 address. That is told already.
 */
function canLead(family: Family, { expected, observed, around, strays }: Sighting): boolean {
  if (!expected.wireguard) return true;
  if (!observed.wireguard || !around.isUp) return false;
  const addresses = observed.wireguard.addresses.filter((address) => address.family === family);
  return family === 6 || addresses.length + strays.addresses.length > 0;
}

function foreignMark(subject: string, observed: string): Amiss {
  return { code: 'route-foreign', subject, expected: 'none', observed, culprit: 'a person' };
}

/** A narrower route of somebody else inside of a range of ours takes that part; a wider one takes nothing. */
function captured({ expected, around }: Sighting): readonly Amiss[] {
  const tunnel = expected.wireguard?.interface;
  return around.foreignRoutes.flatMap((route): Amiss[] => {
    const group = narrowest(expected.routes, route.destination);
    if (!group || leadsSameWay(route, group, tunnel) || !wins(route, group.destination)) return [];
    return [
      {
        code: 'route-captured',
        subject: route.destination.text,
        expected: way(group),
        observed: route.line,
        culprit: routeOwner(route, around),
      },
    ];
  });
}

// What `ip -6 route` gives ours, as it gives it to any that has none.
const METRIC_V6 = 1024;

function wins(route: ForeignRoute, ours: Prefix): boolean {
  if (route.destination.length > ours.length) return true;
  return route.destination.family === 6 && route.metric < METRIC_V6;
}

interface Destination extends RouteKey {
  readonly destination: Prefix;
}

/** The most specific destination of ours that covers this one. */
function narrowest(groups: readonly RouteGroup[], inner: Prefix): Destination | undefined {
  return groups
    .flatMap(({ destinations, ...group }) =>
      destinations.filter((each) => covers(each, inner)).map((destination) => ({ ...group, destination })),
    )
    .toSorted((a, b) => b.destination.length - a.destination.length)[0];
}

/** In a network that was made by hand a route may be wider, or somebody else's: what counts is where it leads. */
function handMade({ expected, around }: Sighting): readonly Amiss[] {
  const tunnel = expected.wireguard?.interface;
  return expected.routes.flatMap(({ destinations, ...group }) =>
    destinations.flatMap((destination): Amiss[] => {
      const best = around.foreignRoutes
        .filter((route) => covers(route.destination, destination))
        .toSorted((a, b) => b.destination.length - a.destination.length || a.metric - b.metric)[0];
      if (best && leadsSameWay(best, group, tunnel)) return [];
      const base = { subject: destination.text, expected: way(group) };
      return [
        best
          ? { code: 'route-altered', ...base, observed: best.line, culprit: routeOwner(best, around) }
          : { code: 'route-missing', ...base, observed: 'missing' },
      ];
    }),
  );
}

function leadsSameWay(route: ForeignRoute, group: RouteKey, tunnel: string | undefined): boolean {
  return group.via ? route.via === group.via.text : route.device !== undefined && route.device === tunnel;
}

function way({ via }: RouteKey): string {
  return via ? `via ${via.text}` : 'into the tunnel';
}
