import { containsAddress, overlaps, type Prefix } from '../model/address.ts';
import type { Danger } from '../model/danger.ts';
import type { Fleet, HostState, WireguardState } from '../model/host-state.ts';
import { compareText, HUB, type HostName } from '../model/name.ts';

/** What a fleet held. Of some hosts only the name may be known. */
export interface Before {
  readonly states: Fleet;
  /** Every host that was deployed to, also those without a state here. */
  readonly names: readonly string[];
}

/**
 * The dangers between two fleets, from host states alone: a plan compares what two topologies compile to, a deployment what hosts hold
 * with what they shall hold, and both find the same. Sorted by code, then subject. None from nothing.
 */
export function networkDangers(before: Before, after: Fleet): readonly Danger[] {
  if (before.names.length === 0) return [];
  const found = [
    ...changedKeys(before, after),
    ...changedEndpoint(before, after),
    ...changedSubnet(before, after),
    ...changedInterface(before, after),
    ...movedRanges(before, after),
    ...lostPaths(before, after),
  ];
  return found.toSorted((a, b) => compareText(a.code, b.code) || compareText(a.subject, b.subject));
}

function changedKeys({ states }: Before, after: Fleet): readonly Danger[] {
  const routers = [...after.values()].flatMap(({ host, wireguard: is }): Danger[] => {
    const was = states.get(host)?.wireguard;
    if (host === HUB || !is || !was || was.publicKey === is.publicKey) return [];
    return [{ code: 'router-key', subject: host, message: routerKey(host) }];
  });
  const [was, is] = [hubKeys(states), hubKeys(after)];
  const changed = was.length > 0 && is.length > 0 && was.some((key) => !is.includes(key));
  return changed ? [...routers, { code: 'hub-key', subject: HUB, message: HUB_KEY }] : routers;
}

/** The hub's key, by its own word; of a hub that has lost its memory, by its peers'. */
function hubKeys(fleet: Fleet): readonly string[] {
  const own = fleet.get(HUB)?.wireguard?.publicKey;
  if (own !== undefined) return [own];
  return [...fleet.values()].flatMap(({ wireguard }) => wireguard?.peers ?? []).map((peer) => peer.publicKey);
}

const HUB_KEY =
  'the WireGuard key of the hub changes: every tunnel ends, and comes back only if the hub holds the private key of the new one';

function routerKey(host: HostName): string {
  return `the WireGuard key of ${host} changes: its tunnel ends, and comes back only if it holds the private key of the new one`;
}

function changedEndpoint({ states }: Before, after: Fleet): readonly Danger[] {
  const [was, is] = [endpoints(states), endpoints(after)];
  const [portBefore, portAfter] = [
    states.get(HUB)?.wireguard?.port ?? 0,
    after.get(HUB)?.wireguard?.port ?? 0,
  ];
  const moved = was.length > 0 && is.length > 0 && was.join() !== is.join();
  if (!moved && (portBefore === 0 || portAfter === 0 || portBefore === portAfter)) return [];
  const to = is.length > 0 ? is.join(', ') : `port ${portAfter}`;
  return [
    {
      code: 'hub-endpoint',
      subject: HUB,
      message: `every cluster dials the hub at ${to} from now on: if nothing answers there, all tunnels are down until the deployment is undone`,
    },
  ];
}

/** What the clusters dial, each once. */
function endpoints(fleet: Fleet): readonly string[] {
  const dialled = [...fleet.values()].flatMap(({ host, wireguard }) =>
    host === HUB ? [] : (wireguard?.peers ?? []).flatMap((peer) => peer.endpoint ?? []),
  );
  return [...new Set(dialled)].toSorted(compareText);
}

function changedSubnet({ states }: Before, after: Fleet): readonly Danger[] {
  const [was, is] = [subnets(states.get(HUB)), subnets(after.get(HUB))];
  const gone = was.filter((subnet) => is.length > 0 && !is.includes(subnet));
  if (gone.length === 0) return [];
  return [
    {
      code: 'tunnel-subnet',
      subject: HUB,
      message: `the tunnel subnet changes from ${was.join(', ')} to ${is.join(', ')}: every host gets another tunnel address, and connections to the old ones end`,
    },
  ];
}

/** The prefixes that the hub routes into the tunnel and has its own address in. */
function subnets(hub: HostState | undefined): readonly string[] {
  const own = hub?.wireguard?.addresses ?? [];
  return (hub?.routes ?? [])
    .filter((group) => group.via === undefined)
    .flatMap((group) => group.destinations)
    .filter((prefix) => own.some((address) => containsAddress(prefix, address)))
    .map((prefix) => prefix.text);
}

/** On a host that is looked at, an interface that has another name is not seen at all: the hub had one, whatever its name. */
function changedInterface({ states }: Before, after: Fleet): readonly Danger[] {
  const [was, is] = [states.get(HUB), after.get(HUB)];
  if (!was || !is?.wireguard || was.wireguard?.interface === is.wireguard.interface) return [];
  const name = is.wireguard.interface;
  return [
    {
      code: 'interface-bounced',
      subject: name,
      message: `the tunnel interface goes down and comes up as ${name} on every tunnel node: all tunnel traffic stops meanwhile, and names in other programs' rules no longer match`,
    },
  ];
}

function movedRanges({ states }: Before, after: Fleet): readonly Danger[] {
  const known = new Map(
    [...states.values()].flatMap(({ host, wireguard }) =>
      wireguard ? [[wireguard.publicKey as string, host as string] as const] : [],
    ),
  );
  const was = owned(states.get(HUB)?.wireguard, known);
  const had = new Set(was.map(({ prefix, owner }) => `${owner} ${prefix.text}`));
  const came = owned(after.get(HUB)?.wireguard, known).filter(
    ({ prefix, owner }) => !had.has(`${owner} ${prefix.text}`),
  );
  return came.flatMap(({ prefix, owner }): Danger[] => {
    const from = was.find((each) => each.owner !== owner && overlaps(each.prefix, prefix));
    if (!from) return [];
    return [
      {
        code: 'range-moved',
        subject: prefix.text,
        message: `${prefix.text} is sent to ${owner} from now on, and no longer to ${from.owner ?? 'the cluster that had it'}`,
      },
    ];
  });
}

interface Owned {
  readonly prefix: Prefix;
  /** The cluster behind the peer; undefined where nobody knows its key any more. */
  readonly owner: string | undefined;
}

function owned(hub: WireguardState | undefined, known: ReadonlyMap<string, string>): readonly Owned[] {
  return (hub?.peers ?? []).flatMap((peer) => {
    const name = peer.name === peer.publicKey ? known.get(peer.publicKey) : peer.name;
    const owner = name === undefined ? undefined : clusterOf(name);
    return peer.allowedIPs.map((prefix) => ({ prefix, owner }));
  });
}

function lostPaths({ states, names }: Before, after: Fleet): readonly Danger[] {
  const byName: ReadonlyMap<string, HostState> = states;
  const had = names.filter((name) => {
    const state = byName.get(name);
    return name !== HUB && (state === undefined || state.wireguard !== undefined);
  });
  const kept = new Set(
    [...after.values()].flatMap(({ host, wireguard }) => (wireguard ? [clusterOf(host)] : [])),
  );
  const lost = new Set(had.map(clusterOf).filter((cluster) => !kept.has(cluster)));
  return [...lost].map((cluster) => ({
    code: 'last-path',
    subject: cluster,
    message: `${cluster} loses its last way through the tunnel: nothing in it is reached any more, nor are its hosts for Kuiil`,
  }));
}

function clusterOf(name: string): string {
  return name.split('/')[0]!;
}
