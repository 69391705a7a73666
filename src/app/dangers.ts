import { accessDangers, type Accesses } from '../core/danger/access.ts';
import { cause } from '../core/danger/cause.ts';
import { networkDangers, type Before } from '../core/danger/network.ts';
import type { LocatedDanger } from '../core/model/danger.ts';
import type { Place, Span } from '../core/model/diagnostic.ts';
import type { Fleet } from '../core/model/host-state.ts';
import type { HostName } from '../core/model/name.ts';
import { hosts, isPending, type Topology } from '../core/model/topology.ts';
import type { Route } from './ports.ts';
import { routes } from './routes.ts';

/** File and lines of a place in the user's files. */
export type Locate = (place: Place) => { readonly file: string; readonly span: Span };

interface Step {
  readonly before: Before;
  readonly after: Fleet;
  /** The topology that was; absent where only what hosts hold is known. */
  readonly base?: Topology;
  readonly head: Topology;
  readonly locate: Locate;
}

/** Everything about a step that a person has to accept, with the lines that cause it: the network first, then access. */
export function dangers({ before, after, base, head, locate }: Step): readonly LocatedDanger[] {
  const found = [
    ...networkDangers(before, after),
    ...(base ? accessDangers(accesses(base), accesses(head)) : []),
  ];
  return found.map((danger) => ({ ...danger, ...locate(cause(danger, head).at) }));
}

function accesses(topology: Topology): Accesses {
  const routeTo = routes(topology);
  const enrolled = hosts(topology).filter((host) => !isPending(host));
  return new Map(
    enrolled.map(({ name }) => {
      const { address, port, hostKeys, via } = routeTo(name);
      return [name, { address, port, hostKeys, road: road(via) }];
    }),
  );
}

function road(via: Route | undefined): readonly HostName[] {
  return via ? [...road(via.via), via.host] : [];
}
