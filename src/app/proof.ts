import { compile } from '../core/compile/compile.ts';
import { parseAddress } from '../core/model/address.ts';
import type { Road } from '../core/model/surroundings.ts';
import type { Surroundings } from '../core/model/surroundings.ts';
import { hosts, isPending, type Topology } from '../core/model/topology.ts';
import { prove, type Proof } from '../core/prove/prove.ts';
import { surroundings } from '../core/prove/surroundings.ts';
import { routes } from './routes.ts';

/** What a topology's hosts would do with packets, by what they would be told and nothing else. */
export function proof(topology: Topology): Proof {
  return prove(compile(topology), surroundingsOf(topology));
}

export function surroundingsOf(topology: Topology): Surroundings {
  return surroundings(topology, roads(topology));
}

/** Of each host that is logged in to through another: the last part of the way, where it is dialled at an address of its own. */
function roads(topology: Topology): readonly Road[] {
  const routeTo = routes(topology);
  return hosts(topology)
    .filter((host) => !isPending(host))
    .flatMap((host): Road[] => {
      const { via, address: text, port } = routeTo(host.name);
      const address = parseAddress(text);
      const own = [...host.tunnel, ...('addresses' in host ? host.addresses : [])];
      const isOwn = own.some(({ value }) => value.text === address?.text);
      return via && address && isOwn ? [{ host: host.name, from: via.host, address, port }] : [];
    });
}
