import { finding } from '../codes/finding.ts';
import { type Address, containsAddress } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { HostName } from '../model/name.ts';
import { inTopology } from '../model/place.ts';
import { hosts, type Located, type Topology } from '../model/topology.ts';
import { edgeOf } from './edge-address.ts';

/** Tunnel addresses that are not one of the hosts' addresses of the WireGuard subnet. */
export function tunnelInSubnet(topology: Topology): readonly Finding[] {
  const { subnets } = topology.wireguard;
  const tunnelHosts = hosts(topology).filter((host) => host.tunnel.length > 0);
  return tunnelHosts.flatMap((host) =>
    host.tunnel.flatMap((tunnel) => {
      const subnet = subnets.find(({ value }) => containsAddress(value, tunnel.value));
      if (!subnet) return outside(host.name, tunnel, topology);
      const edge = edgeOf(subnet.value, tunnel.value);
      if (!edge) return [];
      return finding('tunnel/network-address', {
        at: tunnel.at,
        message: `\`${tunnel.value.text}\` is the ${edge} address of \`${subnet.value.text}\``,
        hint: 'choose an address between the first and the last',
      });
    }),
  );
}

function outside(host: HostName, { value, at }: Located<Address>, topology: Topology): Finding {
  const subnets = topology.wireguard.subnets.map((subnet) => `\`${subnet.value.text}\``).join(' and ');
  return finding('tunnel/outside-subnet', {
    at,
    message: `the tunnel address \`${value.text}\` of ${quote(host)} lies outside the WireGuard subnet ${subnets}`,
    hint: 'choose an address of the subnet, or widen the subnet',
    related: topology.wireguard.subnets.map((subnet) => ({ at: subnet.at, message: 'the subnet is here' })),
    restsOn: [inTopology('wireguard', 'subnet')],
  });
}
