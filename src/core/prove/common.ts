import type { Address, Prefix } from '../model/address.ts';
import type { HostName } from '../model/name.ts';
import type { ClusterSurroundings, HostSurroundings, Surroundings } from '../model/surroundings.ts';

/**
 * What is around the hosts before a step and after it: the traffic between these addresses is there the whole time, and may not stop in
 * between. Roads are those of after, since it is by them that a deployment logs in.
 */
export function common(before: Surroundings, after: Surroundings): Surroundings {
  const hosts = new Map(
    [...after.hosts].flatMap(([name, is]): [HostName, HostSurroundings][] => {
      const was = before.hosts.get(name);
      return was && was.cluster === is.cluster ? [[name, commonHost(was, is)]] : [];
    }),
  );
  const clusters = after.clusters.flatMap((is) => {
    const was = before.clusters.find(({ name }) => name === is.name);
    return was ? [commonCluster(was, is, hosts)] : [];
  });
  const roads = after.roads.filter((road) => hosts.has(road.host) && hosts.has(road.from));
  return { ...after, hosts, clusters, roads, mtu: Math.min(before.mtu, after.mtu) };
}

function commonHost(was: HostSurroundings, is: HostSurroundings): HostSurroundings {
  return {
    ...is,
    addresses: both(was.addresses, is.addresses),
    tunnel: both(was.tunnel, is.tunnel),
    // It is dialled where it was until everybody knows better.
    outside: [...new Set([...was.outside, ...is.outside])],
    onLink: both(was.onLink, is.onLink),
    pods: both(was.pods, is.pods),
    forwarding: is.forwarding.filter((family) => was.forwarding.includes(family)),
  };
}

function commonCluster(
  was: ClusterSurroundings,
  is: ClusterSurroundings,
  hosts: ReadonlyMap<HostName, HostSurroundings>,
): ClusterSurroundings {
  const nodes = is.nodes.filter((node) => was.nodes.includes(node) && hosts.has(node));
  return {
    ...is,
    nodes,
    subnets: both(was.subnets, is.subnets),
    pods: both(was.pods, is.pods),
    services: both(was.services, is.services),
    others: is.others.flatMap((other) => {
      const old = was.others.find(({ name, behind }) => name === other.name && behind === other.behind);
      return old && nodes.includes(other.behind)
        ? [{ ...other, prefixes: both(old.prefixes, other.prefixes) }]
        : [];
    }),
    proxied: is.proxied.filter((family) => was.proxied.includes(family)),
  };
}

function both<T extends Address | Prefix>(was: readonly T[], is: readonly T[]): readonly T[] {
  const known = new Set(was.map(({ text }) => text));
  return is.filter(({ text }) => known.has(text));
}
