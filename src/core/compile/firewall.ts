import type { Family } from '../model/address.ts';
import { compareChains, DECISION_PORT } from '../model/firewall.ts';
import type { Chain, Rule } from '../model/host-state.ts';
import type { Endpoint } from '../model/topology.ts';

interface HubFirewall {
  readonly interface: string;
  /** The families inside the tunnel. */
  readonly families: readonly Family[];
  readonly endpoint: Endpoint;
}

/**
 * The hub forwards between tunnels and nothing else; it takes in WireGuard from outside, and from the tunnel pings and
 * the one question that a host asks before it reverts.
 */
export function hubChains(hub: HubFirewall): readonly Chain[] {
  const wireguard: Rule = { match: { protocol: 'udp', port: hub.endpoint.port }, target: 'ACCEPT' };
  const outside = hub.endpoint.address ? [hub.endpoint.address.family] : ([4, 6] as const);
  const chains = ([4, 6] as const).flatMap((family): Chain[] => {
    const inside = hub.families.includes(family);
    const input = [
      ...(outside.includes(family) ? [wireguard] : []),
      ...(inside ? fromTunnel(hub.interface) : []),
    ];
    const forward: Rule = { in: hub.interface, out: hub.interface, target: 'ACCEPT' };
    return [
      { family, table: 'filter', chain: 'KUIIL-INPUT', rules: input },
      { family, table: 'filter', chain: 'KUIIL-FORWARD', rules: inside ? [forward] : [] },
    ];
  });
  return chains.filter((chain) => chain.rules.length > 0).toSorted(compareChains);
}

/**
 * A tunnel node forwards both ways between the tunnel and its cluster: under policy DROP one direction is
 * not enough, since replies are forwarded too. TCP is told the tunnel's MTU where it enters it; the far
 * router does the same for the other direction.
 */
export function tunnelNodeChains(name: string, families: readonly Family[]): readonly Chain[] {
  return families.flatMap((family): Chain[] => [
    { family, table: 'filter', chain: 'KUIIL-INPUT', rules: [{ in: name, target: 'ACCEPT' }] },
    {
      family,
      table: 'filter',
      chain: 'KUIIL-FORWARD',
      rules: [
        { in: name, target: 'ACCEPT' },
        { out: name, target: 'ACCEPT' },
      ],
    },
    {
      family,
      table: 'mangle',
      chain: 'KUIIL-FORWARD',
      rules: [{ out: name, match: { protocol: 'tcp', syn: true }, target: 'CLAMP-MSS' }],
    },
  ]);
}

function fromTunnel(name: string): readonly Rule[] {
  return [
    { in: name, match: { protocol: 'icmp' }, target: 'ACCEPT' },
    { in: name, match: { protocol: 'tcp', port: DECISION_PORT }, target: 'ACCEPT' },
  ];
}
