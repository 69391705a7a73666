import type { NodeLayout, SiteLayout } from '../../src/adapters/twin/layout.ts';
import type { Address } from '../../src/core/model/address.ts';
import { DECISION_PORT } from '../../src/core/model/firewall.ts';
import { HUB, type HostName } from '../../src/core/model/name.ts';
import type { Question } from './agent.ts';
import type { OtherDevice } from './others.ts';
import { SERVER_PORT, type Rig } from './rig.ts';

/** One end's question to another: what the proof predicts, and what packets answer. */
export interface Pair {
  readonly source: Source;
  readonly target: Target;
  readonly question: Question;
}

/** Where packets come from. */
export interface Source {
  readonly kind: 'node' | 'pod' | 'other' | 'hub';
  /** The node itself, the pod's, or the one that the other range is behind. */
  readonly host: HostName;
  readonly namespace: string;
  /** One a family; a host takes the address that its route asks for. */
  readonly addresses: readonly Address[];
}

/** Where they go. */
export interface Target {
  readonly kind: 'node' | 'tunnel' | 'pod' | 'service' | 'other' | 'hub';
  readonly host: HostName;
  readonly address: Address;
  /** 0 is a ping. */
  readonly port: number;
}

/** Every ordered pair of ends in different clusters, and of an end and the hub. */
export function pairsOf({ layout, others }: Rig): readonly Pair[] {
  const places = layout.sites.map((site) => placeOf(site, others));
  const addresses = layout.topology.hub.tunnel.map(({ value }) => value);
  const hub: Place = {
    sources: [{ kind: 'hub', host: HUB, namespace: layout.hubNamespace, addresses }],
    targets: addresses.flatMap((address) =>
      [0, DECISION_PORT].map((port): Target => ({ kind: 'hub', host: HUB, address, port })),
    ),
  };
  const all = [...places, hub];
  return all.flatMap((a) => all.filter((b) => b !== a).flatMap((b) => between(a, b)));
}

interface Place {
  readonly sources: readonly Source[];
  readonly targets: readonly Target[];
}

// A ping as everybody sends it; one byte where it is a line.
const PING_BYTES = 84;

function between({ sources }: Place, { targets }: Place): readonly Pair[] {
  return sources.flatMap((source) =>
    targets
      .filter(({ address }) => source.addresses.some(({ family }) => family === address.family))
      .map((target): Pair => {
        const { host: to, address, port } = target;
        const size = port === 0 ? PING_BYTES : 1;
        return { source, target, question: { namespace: source.namespace, address, port, size, to } };
      }),
  );
}

function placeOf(site: SiteLayout, others: readonly OtherDevice[]): Place {
  const devices = others.filter(({ behind }) => site.nodes.some(({ host }) => host === behind));
  return {
    sources: [
      ...site.nodes.flatMap(nodeSources),
      ...devices.map(({ behind: host, cable: { namespace }, addresses }): Source => {
        return { kind: 'other', host, namespace, addresses: addresses.map(({ address }) => address) };
      }),
    ],
    targets: [
      ...site.nodes.flatMap(nodeTargets),
      ...devices.flatMap(({ behind: host, addresses }) =>
        addresses.map(({ address }): Target => ({ kind: 'other', host, address, port: SERVER_PORT })),
      ),
    ],
  };
}

function nodeSources({ host, namespace, podNamespace, addresses, pods }: NodeLayout): readonly Source[] {
  return [
    { kind: 'node', host, namespace, addresses },
    ...(pods.length > 0
      ? [{ kind: 'pod', host, namespace: podNamespace, addresses: pods.map(({ pod }) => pod) } as const]
      : []),
  ];
}

function nodeTargets({ host, addresses, tunnel, pods, services }: NodeLayout): readonly Target[] {
  return [
    ...addresses.map((address): Target => ({ kind: 'node', host, address, port: SERVER_PORT })),
    ...tunnel.map((address): Target => ({ kind: 'tunnel', host, address, port: SERVER_PORT })),
    ...pods.map(({ pod: address }): Target => ({ kind: 'pod', host, address, port: SERVER_PORT })),
    ...services.map(({ address }): Target => ({ kind: 'service', host, address, port: 80 })),
  ];
}

export function describePair({ source, target }: Pair): string {
  return `${source.host} ${source.kind} -> ${target.host} ${target.kind} ${target.address.text} ${target.port === 0 ? 'ping' : target.port}`;
}
