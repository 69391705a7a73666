import { describe, expect, it } from 'vitest';
import type { BringUpOptions, TwinNetwork } from '../../src/adapters/twin/network.ts';
import { run } from '../../src/adapters/twin/run.ts';
import { hostPrefix, type Family, type Prefix } from '../../src/core/model/address.ts';
import { HUB, parseHostName, type HostName } from '../../src/core/model/name.ts';
import type { ProbeResult } from '../../src/core/model/probe.ts';
import { activeRouter, type Cluster, type Topology } from '../../src/core/model/topology.ts';
import { example, topologyOf, up } from './twin-example.ts';

// The twin itself is right when a network that is configured without any of Kuiil's code works on it, both with
// and without a CNI that masquerades (trap 27).
describe('a twin that is configured by hand', () => {
  const cases = ['two-clusters', 'dual-stack'].flatMap((name) =>
    [true, false].map((masquerade) => ({ name, masquerade })),
  );
  it.each(cases)('reaches everything of $name, masquerading: $masquerade', async ({ name, masquerade }) => {
    await withNetwork(example(name), { masquerade }, async (twin, topology) => {
      expect(await unreached(twin)).toEqual([]);
      expect(await seenFrom(twin, topology)).toBe(masquerade ? 'node' : 'pod');
    });
  });

  it('reaches everything where no pod range is given, also services', async () => {
    await withNetwork(example('guide'), {}, async (twin) => expect(await unreached(twin)).toEqual([]));
  });

  it('reaches everything of sites that speak IPv6 and dial a hub of which only the name is known', async () => {
    await withNetwork(topologyOf(SIX_OVER_FOUR), {}, async (twin) => {
      expect(await unreached(twin)).toEqual([]);
      expect(await banner(twin, 'hub.example.org', 22)).toMatch(/^SSH-2.0-/);
    });
  });

  it('reaches everything of sites that speak IPv4 and dial a hub at an IPv6 address', async () => {
    await withNetwork(topologyOf(FOUR_OVER_SIX), {}, async (twin) => {
      expect(await unreached(twin)).toEqual([]);
      expect(await banner(twin, '2001:db8::7', 2222)).toMatch(/^SSH-2.0-/);
      expect((await twin.exec(HUB, ['id', 'admin'])).stdout).toContain('uid=0(root)');
    });
  });
});

const SIX_OVER_FOUR = `
version: 1
name: six-over-four
wireguard: { subnet: 'fd00:99::/64' }
hub: { endpoint: hub.example.org, tunnel: 'fd00:99::1' }
clusters:
  a:
    subnet: 'fd00:1::/64'
    podCIDR: 'fd00:a1::/64'
    serviceCIDR: 'fd00:b1::/112'
    nodes: { r: { address: 'fd00:1::10', tunnel: 'fd00:99::10' }, n: 'fd00:1::11' }
  b:
    subnet: 'fd00:2::/64'
    podCIDR: 'fd00:a2::/56'
    serviceCIDR: 'fd00:b2::/112'
    nodes: { r: { address: 'fd00:2::10', tunnel: 'fd00:99::20' }, n: 'fd00:2::11' }
`;

const FOUR_OVER_SIX = `
version: 1
name: four-over-six
wireguard: { subnet: 10.99.0.0/24 }
hub: { endpoint: '[2001:db8::7]:443', tunnel: 10.99.0.1, ssh: { port: 2222, user: admin } }
clusters:
  a:
    subnet: 10.1.0.0/24
    podCIDR: 10.11.0.0/26
    serviceCIDR: 10.21.0.0/24
    nodes: { r: { address: 10.1.0.10, tunnel: 10.99.0.10 }, n: 10.1.0.254 }
  b:
    subnet: 10.2.0.0/24
    podCIDR: 10.12.0.0/16
    serviceCIDR: 10.22.0.0/24
    nodes: { r: { address: 10.2.0.10, tunnel: 10.99.0.20, podCIDR: 10.12.0.0/24 }, n: 10.2.0.11 }
`;

async function withNetwork(
  topology: Topology,
  options: Partial<BringUpOptions>,
  then: (twin: TwinNetwork, topology: Topology) => Promise<void>,
): Promise<void> {
  const twin = await up(topology, options);
  try {
    await configure(twin, topology);
    await then(twin, topology);
  } finally {
    await twin.down();
  }
}

async function unreached(twin: TwinNetwork): Promise<readonly ProbeResult[]> {
  const results = await twin.probeAll();
  if (results.length < 10) throw new Error('too few probes to say anything');
  return results.filter((result) => !result.reachable);
}

/** What a server tells the deployer before anything else. */
async function banner(twin: TwinNetwork, host: string, port: number): Promise<string> {
  const read = 'exec 3<>/dev/tcp/$0/$1 && read -r line <&3 && echo "$line"';
  return (await run([...twin.asDeployer, 'bash', '-c', read, host, String(port)])).stdout;
}

/** Whom the last pod of the second cluster takes the last pod of the first for. */
async function seenFrom(twin: TwinNetwork, { clusters: [a, b] }: Topology): Promise<string> {
  const podOf = async (cluster: Cluster) => {
    const { name } = cluster.nodes.at(-1)!;
    const { stdout } = await twin.execInPod(name, ['ip', '-o', '-4', 'address', 'show', 'eth0']);
    return { name, address: /inet ([^/]+)/.exec(stdout)![1]! };
  };
  const [from, to] = [await podOf(a!), await podOf(b!)];
  const ask = ['bash', '-c', 'exec 3<>/dev/tcp/$0/8080 && cat <&3', to.address];
  const { stdout } = await twin.execInPod(from.name, ask);
  if (stdout === `${to.name} ${from.address}\n`) return 'pod';
  return stdout === `${to.name} ${a!.nodes.at(-1)!.addresses[0]!.value.text}\n` ? 'node' : stdout;
}

async function configure(twin: TwinNetwork, topology: Topology): Promise<void> {
  const keys = publicKeys(twin.keysFile);
  await bash(twin, HUB, hubScript(topology, keys));
  for (const cluster of topology.clusters) {
    const router = activeRouter(cluster)!;
    const remote = [
      ...topology.wireguard.subnets.map(({ value }) => value),
      ...topology.clusters.filter((other) => other !== cluster).flatMap(ranges),
    ].filter(({ family }) => router.tunnel.some(({ value }) => value.family === family));
    await bash(twin, router.name, routerScript(topology, remote, keys));
    for (const node of cluster.nodes.filter((node) => node !== router)) {
      const via = (family: Family) =>
        router.addresses.find(({ value }) => value.family === family)!.value.text;
      const lines = remote.map(({ family, text }) => `ip -${family} route add ${text} via ${via(family)}`);
      await bash(twin, node.name, lines.join('\n'));
    }
  }
}

function hubScript(topology: Topology, keys: ReadonlyMap<HostName, string>): string {
  const { subnets } = topology.wireguard;
  const { port } = topology.hub.endpoint;
  const reached = topology.clusters.flatMap(ranges);
  return [
    'ip link add wg0 type wireguard 2>/dev/null || wireguard-go wg0',
    `wg set wg0 listen-port ${port} private-key /etc/wireguard/wg0.key`,
    ...topology.hub.tunnel.map(({ value }) => `ip address add ${hostPrefix(value).text} dev wg0`),
    'ip link set wg0 up',
    ...topology.clusters.map((cluster) => {
      const router = activeRouter(cluster)!;
      const allowed = [...router.tunnel.map(({ value }) => hostPrefix(value)), ...ranges(cluster)].map(
        ({ text }) => text,
      );
      return `wg set wg0 peer ${keys.get(router.name)} allowed-ips ${allowed.join(',')}`;
    }),
    ...[...subnets.map(({ value }) => value), ...reached].map(
      ({ family, text }) => `ip -${family} route add ${text} dev wg0`,
    ),
    ...forwarding(['-i wg0 -o wg0']),
    `iptables -I INPUT -p udp --dport ${port} -j ACCEPT`,
    `ip6tables -I INPUT -p udp --dport ${port} -j ACCEPT`,
    'iptables -I INPUT -i wg0 -j ACCEPT',
    'ip6tables -I INPUT -i wg0 -j ACCEPT',
  ].join('\n');
}

function routerScript(
  topology: Topology,
  remote: readonly Prefix[],
  keys: ReadonlyMap<HostName, string>,
): string {
  const allowed = remote.map(({ text }) => text).join(',');
  return [
    // As whoever logs in through the tunnel does: the first handshake comes first.
    'until [[ $(wg show wg0 latest-handshakes) =~ [1-9][0-9]*$ ]]; do sleep 0.1; done',
    `wg set wg0 peer ${keys.get(HUB)} allowed-ips ${allowed} persistent-keepalive ${topology.wireguard.keepalive}`,
    ...remote.map(({ family, text }) => `ip -${family} route replace ${text} dev wg0`),
    ...forwarding(['-i wg0', '-o wg0']),
    'iptables -I INPUT -i wg0 -j ACCEPT',
    'ip6tables -I INPUT -i wg0 -j ACCEPT',
  ].join('\n');
}

function forwarding(matches: readonly string[]): string[] {
  return [
    'echo 1 >/proc/sys/net/ipv4/ip_forward',
    'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding',
    ...matches.flatMap((match) => [
      `iptables -I FORWARD ${match} -j ACCEPT`,
      `ip6tables -I FORWARD ${match} -j ACCEPT`,
    ]),
  ];
}

function ranges(cluster: Cluster): readonly Prefix[] {
  return cluster.ranges.map(({ prefix }) => prefix);
}

function publicKeys(keysFile: string): ReadonlyMap<HostName, string> {
  const entries = keysFile.matchAll(/^([^:]+): \{ wireguard: "([^"]+)"/gm);
  return new Map([...entries].map(([, host, key]) => [parseHostName(host!)!, key!]));
}

async function bash(twin: TwinNetwork, host: HostName, script: string): Promise<void> {
  const { stderr, exitCode } = await twin.exec(host, ['bash', '-euc', script]);
  expect({ host, stderr: exitCode === 0 ? '' : stderr, exitCode }).toEqual({ host, stderr: '', exitCode: 0 });
}
