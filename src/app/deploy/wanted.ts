import { compile } from '../../core/compile/compile.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { HostName } from '../../core/model/name.ts';
import { release } from '../digest.ts';
import type { Desired } from './desired.ts';

/** What a topology wants on each of its hosts, in the fleet's order. */
export function wantedOf(topology: Topology): ReadonlyMap<HostName, Desired> {
  const interfaceName = topology.wireguard.interface;
  const fleet = compile(topology);
  const { hosts } = release(fleet, interfaceName);
  return new Map(
    [...fleet].map(([host, state]) => [host, { state, release: hosts.get(host)!, interfaceName }]),
  );
}
