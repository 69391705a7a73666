import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { inTopology } from '../model/place.ts';
import { families, type Topology } from '../model/topology.ts';

// RFC 8200, section 5.
const LEAST_FOR_IPV6 = 1280;

/** An MTU with which Linux removes IPv6 from the interface. */
export function mtu(topology: Topology): readonly Finding[] {
  if (topology.wireguard.mtu >= LEAST_FOR_IPV6 || !families(topology).includes(6)) return [];
  return [
    finding('wireguard/mtu-below-ipv6', {
      at: inTopology('wireguard', 'mtu'),
      message: `an MTU of ${topology.wireguard.mtu} is too small for the IPv6 range of the tunnel`,
      hint: `write ${LEAST_FOR_IPV6} or more`,
    }),
  ];
}
