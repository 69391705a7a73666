import type { CodeTable } from './entry.ts';

export const ACCESS_CODES = {
  'hub/malformed-endpoint': {
    severity: 'error',
    title: 'a malformed endpoint',
    explanation:
      'The endpoint is what the clusters dial: an address or a DNS name, with a port if it is not 51820. IPv6 stands in brackets.',
    fix: "endpoint: '[2001:db8::1]:51820'",
  },
  'hub/endpoint-in-tunnel': {
    severity: 'error',
    title: 'the endpoint lies inside a range of the tunnel',
    explanation: 'The packets that carry the tunnel would be routed into the tunnel.',
    fix: 'use the public address of the hub',
  },
  'wireguard/interface-name': {
    severity: 'error',
    title: 'a malformed interface name',
    explanation:
      'Linux allows 15 characters. Some that it allows are wildcards or separators to iptables and sysctl.',
    fix: 'interface: wg0',
  },
  'wireguard/mtu-below-ipv6': {
    severity: 'error',
    title: 'an MTU below 1280 with IPv6 in the tunnel',
    explanation:
      'IPv6 needs 1280 bytes (RFC 8200, section 5): Linux removes IPv6 from an interface with less.',
    fix: 'mtu: 1280',
  },
  'router/both-keys': {
    severity: 'error',
    title: 'both `router` and `routers`',
    explanation: 'The two could contradict each other.',
    fix: 'routers: [a, b]',
  },
  'router/missing': {
    severity: 'error',
    title: 'several tunnel nodes and no router',
    explanation:
      'One of them must answer for the subnet and for everything else that no single node answers for.',
    fix: 'router: c1-master',
  },
  'router/unknown': {
    severity: 'error',
    title: 'a router that is no node of the cluster',
    explanation: 'A router is one of the nodes under `nodes`, by its name.',
    fix: 'router: c1-master',
  },
  'router/no-tunnel': {
    severity: 'error',
    title: 'a router without a tunnel address',
    explanation: 'The router carries the traffic of its cluster into the tunnel, so it must have one.',
    fix: 'c1-master: { address: 192.168.100.100, tunnel: 192.168.99.10 }',
  },
  'router/duplicate': {
    severity: 'error',
    title: 'a router named twice',
    explanation: 'The list is an order of priority; a node has one place in it.',
    fix: 'routers: [a, b]',
  },
  'router/off-link': {
    severity: 'error',
    title: 'a router in another subnet than a node',
    explanation: 'A node can only use a next hop in its own subnet: `ip route` refuses any other.',
    fix: 'give the node a tunnel address, or the router an address in its subnet',
  },
  'router/no-next-hop': {
    severity: 'error',
    title: 'a router without an address of one family',
    explanation: 'Nodes without a tunnel send a family to the address that the router has of it.',
    fix: "address: [192.168.100.100, 'fd00:10::10']",
  },
  'key/malformed': {
    severity: 'error',
    title: 'a malformed WireGuard public key',
    explanation: 'A public key is 32 bytes in base64: 43 characters and `=`.',
    fix: 'write what `wg show INTERFACE public-key` prints on the host',
  },
  'key/all-zero': {
    severity: 'error',
    title: 'an all-zero public key',
    explanation: 'WireGuard takes it for the absence of a key.',
    fix: 'write what `wg show INTERFACE public-key` prints on the host',
  },
  'key/duplicate': {
    severity: 'error',
    title: 'two hosts with one WireGuard key',
    explanation:
      'A peer is its key: of two hosts that share one, WireGuard knows only the one that spoke last. It happens when a machine is cloned.',
    fix: 'make a new private key on one of the hosts, and write its public key',
  },
  'key/plain-node': {
    severity: 'warning',
    title: 'a WireGuard key for a node without a tunnel',
    explanation: 'Nothing uses it.',
    fix: 'remove the key, or give the node a tunnel address',
  },
  'key/malformed-host-key': {
    severity: 'error',
    title: 'a malformed SSH host key',
    explanation:
      'A host key is its type (`ssh-ed25519`, `ecdsa-sha2-nistp256`, `-nistp384`, `-nistp521` or `ssh-rsa`) and its base64 text, which names the same type inside.',
    fix: 'ssh: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA…]',
  },
  'keys/unknown-host': {
    severity: 'error',
    title: 'keys of a host that does not exist',
    explanation:
      'A misspelt host would stay pending for ever, and the keys of a host that is gone would be trusted again if its name came back.',
    fix: 'cluster1/c1-master: { wireguard: …, ssh: […] }',
  },
  'ssh/malformed-user': {
    severity: 'error',
    title: 'a malformed user name',
    explanation: 'The name is given to sshd.',
    fix: 'ssh: { user: admin }',
  },
  'ssh/malformed-host': {
    severity: 'error',
    title: 'a malformed SSH host',
    explanation: 'What is dialled is an address or a DNS name.',
    fix: 'ssh: { host: c1-master.example.org }',
  },
  'ssh/unknown-via': {
    severity: 'error',
    title: 'a jump host that does not exist',
    explanation: '`via` is `direct`, `hub`, `CLUSTER/NODE`, or the name of a node of the same cluster.',
    fix: 'ssh: { via: hub }',
  },
  'ssh/via-circle': {
    severity: 'error',
    title: 'jump hosts in a circle',
    explanation: 'Each host of the circle waits for the next: none can be reached first.',
    fix: 'ssh: { via: direct }',
  },
} as const satisfies CodeTable;
