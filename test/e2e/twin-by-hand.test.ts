import { describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { hostPrefix, type Family, type Prefix } from '../../src/core/model/address.ts';
import { HUB, parseHostName, type HostName } from '../../src/core/model/name.ts';
import { activeRouter, type Cluster, type Topology } from '../../src/core/model/topology.ts';
import { example, up } from './twin-example.ts';

// The twin itself is right when a network that is configured without any of Kuiil's code works on it, both with
// and without a CNI that masquerades (trap 27).
describe('a twin that is configured by hand', () => {
  for (const name of ['two-clusters', 'dual-stack']) {
    for (const masquerade of [true, false]) {
      it(`reaches everything of ${name}, pods ${masquerade ? 'hidden behind their node' : 'with their own address'}`, async () => {
        const topology = example(name);
        const twin = await up(topology, { masquerade });
        try {
          await configure(twin, topology);
          const results = await twin.probeAll();
          expect(results.length).toBeGreaterThan(10);
          expect(results.filter((result) => !result.reachable)).toEqual([]);
          expect(await seenFrom(twin, topology)).toBe(masquerade ? 'node' : 'pod');
        } finally {
          await twin.down();
        }
      });
    }
  }
});

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
  const { port, subnets } = topology.wireguard;
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
