import fc from 'fast-check';
import { stringify } from 'yaml';

/** A topology and its keys file as plain data, valid by construction: what a person would have written. */
export interface Network {
  readonly topology: Record<string, unknown>;
  readonly keys: Record<string, unknown>;
}

export type Stack = 'v4' | 'v6' | 'dual';
export type Shape = 'one-router' | 'every-node' | 'standby' | 'mixed';

/** What there is to choose about a network. */
export interface Spec {
  readonly tunnel: Stack;
  readonly clusters: readonly {
    readonly stack: Stack;
    readonly shape: Shape;
    readonly nodes: number;
    readonly pods: boolean;
    readonly slices: boolean;
    readonly pending: readonly number[];
  }[];
}

const stack = fc.constantFrom<Stack>('v4', 'v6', 'dual');
const spec: fc.Arbitrary<Spec> = fc.record({
  tunnel: stack,
  clusters: fc.array(
    fc.record({
      stack,
      shape: fc.constantFrom<Shape>('one-router', 'every-node', 'standby', 'mixed'),
      nodes: fc.integer({ min: 2, max: 5 }),
      pods: fc.boolean(),
      slices: fc.boolean(),
      pending: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

/** Random networks of every shape and family, some of their hosts not enrolled yet. */
export const networks: fc.Arbitrary<Network> = spec.map(networkOf);

export function texts({ topology, keys }: Network): { topology: string; keys: string } {
  return { topology: stringify(topology), keys: stringify(keys) };
}

export function networkOf({ tunnel, clusters }: Spec): Network {
  const keys: Record<string, unknown> = { hub: keysOf(0, true) };
  const built = clusters.map((cluster, i) => {
    const families = meet(tunnel, cluster.stack);
    const name = `cluster${i}`;
    const tunnels = tunnelNodes(cluster.shape, cluster.nodes);
    const nodes = Array.from({ length: cluster.nodes }, (_, n) => {
      const hasTunnel = n < tunnels;
      if (!cluster.pending.includes(n)) keys[`${name}/n${n}`] = keysOf(1 + i * 10 + n, hasTunnel);
      return [
        `n${n}`,
        {
          address: pick(families, `10.${10 + i}.0.${10 + n}`, `fd00:${i + 1}::${10 + n}`),
          ...(hasTunnel
            ? { tunnel: pick(families, `10.99.${i}.${10 + n}`, `fd00:99::${i + 1}:${10 + n}`) }
            : {}),
          ...(cluster.pods && cluster.slices
            ? { podCIDR: pick(families, `10.${100 + i}.${n}.0/24`, `fd00:100:${i}:${n}::/64`) }
            : {}),
        },
      ] as const;
    });
    return [
      name,
      {
        subnet: pick(families, `10.${10 + i}.0.0/24`, `fd00:${i + 1}::/64`),
        ...(cluster.pods ? { podCIDR: pick(families, `10.${100 + i}.0.0/16`, `fd00:100:${i}::/48`) } : {}),
        serviceCIDR: pick(families, `10.200.${i}.0/24`, `fd00:200::${i}:0/112`),
        ...(tunnels > 1 ? { routers: ['n1', 'n0'].slice(0, cluster.shape === 'mixed' ? 1 : 2) } : {}),
        nodes: Object.fromEntries(nodes),
      },
    ] as const;
  });
  const families = meet(tunnel, 'dual');
  return {
    topology: {
      version: 1,
      name: 'random',
      wireguard: { subnet: pick(families, '10.99.0.0/16', 'fd00:99::/64') },
      hub: { endpoint: '203.0.113.1', tunnel: pick(families, '10.99.200.1', 'fd00:99::ffff:1') },
      clusters: Object.fromEntries(built),
    },
    keys,
  };
}

/** A cluster's families are among the tunnel's; where they do not meet, it takes the tunnel's. */
function meet(tunnel: Stack, cluster: Stack): readonly (4 | 6)[] {
  const of = (each: Stack): (4 | 6)[] => (each === 'dual' ? [4, 6] : each === 'v4' ? [4] : [6]);
  const both = of(cluster).filter((family) => of(tunnel).includes(family));
  return both.length > 0 ? both : of(tunnel);
}

function pick(families: readonly (4 | 6)[], four: string, six: string): string | string[] {
  const values = families.map((family) => (family === 4 ? four : six));
  return values.length === 1 ? values[0]! : values;
}

function tunnelNodes(shape: Shape, nodes: number): number {
  return { 'one-router': 1, 'every-node': nodes, standby: 2, mixed: Math.max(2, nodes - 1) }[shape];
}

function keysOf(seed: number, tunnel: boolean): Record<string, unknown> {
  const bytes = (size: number) => Buffer.alloc(size, `${seed}-`).fill(seed + 1, size - 1);
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    bytes(32),
  ]);
  return {
    ...(tunnel ? { wireguard: bytes(32).toString('base64') } : {}),
    ssh: [`ssh-ed25519 ${blob.toString('base64')}`],
  };
}
