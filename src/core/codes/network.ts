import type { CodeTable } from './entry.ts';

export const NETWORK_CODES = {
  'net/malformed-cidr': {
    severity: 'error',
    title: 'not a range',
    explanation:
      'A range is its first address, a slash and the prefix length. Octets have no leading zeros: some tools read them as octal.',
    fix: 'subnet: 192.168.100.0/24',
  },
  'net/malformed-address': {
    severity: 'error',
    title: 'not an IP address',
    explanation: 'An address is four decimal octets without leading zeros, or IPv6 without a zone.',
    fix: 'address: 192.168.100.100',
  },
  'net/host-bits': {
    severity: 'error',
    title: 'a range with host bits',
    explanation:
      '`wg` accepts such a range with a warning only, and then routes something else than what is written.',
    fix: 'subnet: 192.168.100.0/24',
  },
  'net/everything': {
    severity: 'error',
    title: 'a range of every address',
    explanation:
      'A /0 would take every connection of every host into the tunnel, the one that carries the tunnel included.',
    fix: 'name the range that the cluster really has',
  },
  'net/family-twice': {
    severity: 'error',
    title: 'two values of one family',
    explanation:
      'A host has at most one address of each family here, and the tunnel at most one range of each.',
    fix: "tunnel: [192.168.99.10, 'fd00:99::10']",
  },
  'net/wrong-family': {
    severity: 'error',
    title: 'a family that the tunnel does not carry',
    explanation:
      'The tunnel carries the families of `wireguard.subnet`. A range of another one could not be reached.',
    fix: "wireguard: { subnet: [192.168.99.0/24, 'fd00:99::/64'] }",
  },
  'net/special-use': {
    severity: 'error',
    title: 'loopback, link-local, multicast or reserved addresses',
    explanation: 'The kernel treats these addresses specially and does not route them to another host.',
    fix: 'use 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or fd00::/8',
  },
  'net/cidr-overlap': {
    severity: 'error',
    title: 'two ranges overlap',
    explanation:
      'An address must belong to one place. WireGuard gives a prefix to one peer only: the same one on two peers silently moves to the later. What works today is to renumber one of the two.',
    fix: 'give each cluster ranges of its own',
  },
  'net/docker-range': {
    severity: 'warning',
    title: "a range in Docker's default network",
    explanation: 'A host with Docker has 172.17.0.0/16 on docker0 and keeps that traffic to itself.',
    fix: "choose another range, or move Docker's with `bip` in /etc/docker/daemon.json",
  },
  'net/public-range': {
    severity: 'warning',
    title: 'a range of public addresses',
    explanation: 'The hosts could no longer reach the real owners of these addresses.',
    fix: 'use 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fd00::/8',
  },
  'tunnel/outside-subnet': {
    severity: 'error',
    title: 'a tunnel address outside the WireGuard subnet',
    explanation:
      'The other hosts route only `wireguard.subnet` into the tunnel: answers would not come back.',
    fix: 'tunnel: 192.168.99.10',
  },
  'tunnel/network-address': {
    severity: 'error',
    title: 'the first or last address of the WireGuard subnet',
    explanation:
      'The first address names the network (in IPv6, any router of it), the last one is the IPv4 broadcast.',
    fix: 'tunnel: 192.168.99.1',
  },
  'tunnel/duplicate': {
    severity: 'error',
    title: 'two hosts with one tunnel address',
    explanation: 'Only one of the two would be reached.',
    fix: 'give each host a tunnel address of its own',
  },
  'tunnel/missing-family': {
    severity: 'error',
    title: 'a tunnel address of one family is missing',
    explanation:
      'A host answers in a family only with a tunnel address of it: the hub for the tunnel subnet, a tunnel node for its cluster.',
    fix: "tunnel: [192.168.99.10, 'fd00:99::10']",
  },
  'tunnel/none': {
    severity: 'error',
    title: 'a cluster without a tunnel node',
    explanation: 'A node with a tunnel address runs WireGuard. Without one, nothing connects the cluster.',
    fix: 'master: { address: 192.168.100.100, tunnel: 192.168.99.10 }',
  },
  'node/outside-subnet': {
    severity: 'error',
    title: "a node address outside its cluster's subnet",
    explanation: 'The other clusters route only the subnet: they would not reach the node.',
    fix: 'subnet: [192.168.100.0/24, 192.168.101.0/24]',
  },
  'node/network-address': {
    severity: 'error',
    title: 'the first or last address of a subnet',
    explanation: 'The first address names the network, the last one is the broadcast.',
    fix: 'address: 192.168.100.1',
  },
  'node/duplicate-address': {
    severity: 'error',
    title: 'two nodes with one address',
    explanation: 'Only one of the two would be reached.',
    fix: 'give each node an address of its own',
  },
  'pods/outside-cluster': {
    severity: 'error',
    title: "a node's pod range outside its cluster's",
    explanation:
      "A node's `podCIDR` is its slice of the cluster's: the wider one is what other clusters know when the node is away.",
    fix: 'podCIDR: 10.244.1.0/24',
  },
  'pods/no-slice': {
    severity: 'warning',
    title: 'a tunnel node without a pod range of its own',
    explanation:
      "WireGuard on the hub drops packets whose source is not among the peer's AllowedIPs. Such a node may send from its own address only; the cluster's pod range belongs to the active router. Harmless where the CNI masquerades, or where no pods run on the node.",
    fix: 'gw-b: { address: 10.10.0.3, tunnel: 10.99.0.3, podCIDR: 10.110.3.0/24 }',
  },
  'services/without-pods': {
    severity: 'warning',
    title: 'a service range without a pod range',
    explanation:
      'kube-proxy rewrites a ClusterIP to the address of a pod before the packet is forwarded. What is not declared is not accepted: services are not reached from other clusters, unless their pods have addresses of nodes.',
    fix: 'podCIDR: 10.244.0.0/16',
  },
  'services/several-ways': {
    severity: 'notice',
    title: 'services behind several tunnel nodes',
    explanation:
      'A request to a service enters through the active router; the pod behind it may run on another tunnel node and would answer through its own tunnel. kube-proxy must masquerade what comes from outside, as it does with `--cluster-cidr` set.',
    fix: 'set `clusterCIDR` in the configuration of kube-proxy',
  },
} as const satisfies CodeTable;
