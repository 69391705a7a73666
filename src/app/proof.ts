import { compile } from '../core/compile/compile.ts';
import { parseAddress } from '../core/model/address.ts';
import type { Fleet } from '../core/model/host-state.ts';
import type { LocatedProof, Proof } from '../core/model/proof.ts';
import type { Road, Surroundings } from '../core/model/surroundings.ts';
import { hosts, isPending, type Topology } from '../core/model/topology.ts';
import { causeOf } from '../core/prove/cause.ts';
import { prove } from '../core/prove/prove.ts';
import { surroundings } from '../core/prove/surroundings.ts';
import type { Locate } from './dangers.ts';
import { routes } from './routes.ts';

/** What a topology's hosts would do with packets, by what they would be told and nothing else. */
export function proof(topology: Topology, fleet: Fleet = compile(topology)): Proof {
  return prove(fleet, surroundingsOf(topology));
}

/** The same for people: every failure with the line that causes it, and the hosts of which nothing is proved. */
export function locatedProof(topology: Topology, locate: Locate, fleet?: Fleet): LocatedProof {
  const { ends, unreached, roads } = proof(topology, fleet);
  const proved = surroundingsOf(topology).hosts;
  const line = <T extends Proof['unreached'][number] | Proof['roads'][number]>(each: T) => ({
    ...each,
    ...locate(causeOf(each.failure, topology)),
  });
  return {
    name: topology.name,
    ends,
    unreached: unreached.map(line),
    roads: roads.map(line),
    pending: hosts(topology).flatMap(({ name }) => (proved.has(name) ? [] : [name])),
  };
}

/** Whether there is something to prove, and all of it holds. */
export function isComplete({ ends, unreached, roads }: Pick<Proof, 'ends' | 'unreached' | 'roads'>): boolean {
  return ends.length > 0 && unreached.length === 0 && roads.length === 0;
}

export function surroundingsOf(topology: Topology): Surroundings {
  return surroundings(topology, roadsOf(topology));
}

/** Of each host that is logged in to through another: the last part of the way, where it is dialled at an address of its own. */
function roadsOf(topology: Topology): readonly Road[] {
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
