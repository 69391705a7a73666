import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import { hosts, type Topology } from '../model/topology.ts';

/** WireGuard keys of nodes that run no WireGuard. */
export function plainKey(topology: Topology): readonly Finding[] {
  const plain = hosts(topology).filter(({ tunnel, enrolment }) => tunnel.length === 0 && enrolment.publicKey);
  return plain.flatMap(({ name, enrolment: { publicKey }, at }) => {
    if (!publicKey) return [];
    return finding('key/plain-node', {
      at: publicKey.at,
      message: `${quote(name)} has a WireGuard key and no tunnel address`,
      hint: 'remove the key, or give the node a tunnel address',
      restsOn: [under(at, 'tunnel')],
    });
  });
}
