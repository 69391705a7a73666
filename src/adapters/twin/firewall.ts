import type { Family, Prefix } from '../../core/model/address.ts';
import type { NodeLayout, SiteLayout } from './layout.ts';

export interface NodeFirewall {
  readonly site: SiteLayout;
  readonly node: NodeLayout;
  readonly interface: string;
  readonly masquerade: boolean;
}

// kube-proxy's: what carries it leaves with this host's address.
const MARK = '0x4000/0x4000';

/**
 * What Kubernetes and a careful administrator have on a node, as `iptables-restore` input: FORWARD policy DROP, a CNI like
 * Flannel, a kube-proxy that knows the pod ranges.
 */
export function nodeRules(input: NodeFirewall, family: Family): string {
  return [
    // By these, tools tell which backend kubelet uses (trap 3).
    '*mangle\n:KUBE-IPTABLES-HINT - [0:0]\n:KUBE-KUBELET-CANARY - [0:0]\nCOMMIT',
    '*nat',
    ':TWIN-SERVICES - [0:0]',
    ':TWIN-MARK-MASQ - [0:0]',
    ':TWIN-POSTROUTING - [0:0]',
    '-A PREROUTING -j TWIN-SERVICES',
    '-A OUTPUT -j TWIN-SERVICES',
    '-A POSTROUTING -j TWIN-POSTROUTING',
    ...services(input.site, family),
    ...masquerade(input, family),
    'COMMIT',
    '*filter',
    `:INPUT ${input.node.hasTunnel ? 'DROP' : 'ACCEPT'} [0:0]`,
    ':FORWARD DROP [0:0]',
    ':TWIN-FORWARD - [0:0]',
    ...(input.node.hasTunnel ? tunnelNodeInput(input) : []),
    '-A FORWARD -j TWIN-FORWARD',
    ...(input.node.hasTunnel ? LOCAL_FORWARD : podForward(ranges(input.site, family))),
    'COMMIT\n',
  ].join('\n');
}

/** The hub's: SSH and pings from outside, and nothing is forwarded. */
export function hubRules(sshPort: number, family: Family): string {
  return [
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    '-A INPUT -i lo -j ACCEPT',
    ESTABLISHED,
    `-A INPUT -i eth0 -p ${family === 4 ? 'icmp' : 'icmpv6'} -j ACCEPT`,
    `-A INPUT -p tcp --dport ${sshPort} -j ACCEPT`,
    'COMMIT\n',
  ].join('\n');
}

/** The NAT router's: out with its own address, nothing in that did not start inside. */
export function siteRules(family: Family): string {
  return [
    '*nat',
    '-A POSTROUTING -o wan0 -j MASQUERADE',
    'COMMIT',
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    '-A INPUT -i lan0 -j ACCEPT',
    ESTABLISHED,
    // Without neighbour solicitations (RFC 4861) nobody outside finds the router's own address.
    ...(family === 6 ? ['-A INPUT -i wan0 -p icmpv6 --icmpv6-type 135 -j ACCEPT'] : []),
    ...(family === 6 ? ['-A INPUT -i wan0 -p icmpv6 --icmpv6-type 136 -j ACCEPT'] : []),
    '-A FORWARD -i lan0 -j ACCEPT',
    '-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
    'COMMIT\n',
  ].join('\n');
}

const ESTABLISHED = '-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT';

// Pods of this node among themselves and with the LAN. Traffic between the tunnel and anything else is Kuiil's to accept.
const LOCAL_FORWARD = [
  '-A TWIN-FORWARD -i cni0 -o cni0 -j ACCEPT',
  '-A TWIN-FORWARD -i cni0 -o eth0 -j ACCEPT',
  '-A TWIN-FORWARD -i eth0 -o cni0 -j ACCEPT',
];

function tunnelNodeInput({ node, interface: tunnel }: NodeFirewall): string[] {
  return [
    '-A INPUT -i lo -j ACCEPT',
    ESTABLISHED,
    '-A INPUT -i eth0 -j ACCEPT',
    '-A INPUT -i cni0 -j ACCEPT',
    ...(node.needsBootstrap ? [`-A INPUT -i ${tunnel} -p tcp --dport ${node.ssh.port} -j ACCEPT`] : []),
  ];
}

function podForward(pods: readonly Prefix[]): string[] {
  return pods.flatMap(({ text }) => [
    `-A TWIN-FORWARD -s ${text} -j ACCEPT`,
    `-A TWIN-FORWARD -d ${text} -j ACCEPT`,
  ]);
}

function services(site: SiteLayout, family: Family): string[] {
  const pods = ranges(site, family);
  const all = site.nodes.flatMap((node) => node.services).filter(({ address }) => address.family === family);
  const target = (backend: string) => (family === 4 ? `${backend}:8080` : `[${backend}]:8080`);
  return [
    ...all.flatMap(({ address, backend }) => [
      `-A TWIN-SERVICES -d ${address.text} -p tcp --dport 80 -j TWIN-MARK-MASQ`,
      `-A TWIN-SERVICES -d ${address.text} -p tcp --dport 80 -j DNAT --to-destination ${target(backend.text)}`,
    ]),
    // Without a known pod range kube-proxy cannot tell who is outside, and masquerades nobody.
    ...(pods.length > 0 ? pods.map(({ text }) => `-A TWIN-MARK-MASQ -s ${text} -j RETURN`) : []),
    ...(pods.length > 0 ? [`-A TWIN-MARK-MASQ -j MARK --set-xmark ${MARK}`] : []),
  ];
}

function masquerade(input: NodeFirewall, family: Family): string[] {
  const pods = input.masquerade ? ranges(input.site, family) : [];
  return [
    `-A TWIN-POSTROUTING -m mark --mark ${MARK} -j MASQUERADE`,
    ...pods.map(({ text }) => `-A TWIN-POSTROUTING -d ${text} -j RETURN`),
    ...pods.map(({ text }) => `-A TWIN-POSTROUTING -s ${text} -j MASQUERADE`),
  ];
}

function ranges(site: SiteLayout, family: Family): readonly Prefix[] {
  return site.podRanges.filter((range) => range.family === family);
}
