import { compile } from '../../core/compile/compile.ts';
import { HUB } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { look } from '../deploy/view.ts';
import { fleetLines, release, sha256 } from '../digest.ts';
import type { Connect } from '../ports.ts';
import { routes } from '../routes.ts';

/** The release that the hub remembers for the fleet. Undefined where nothing was ever deployed, or the hub cannot be asked. */
export async function confirmedRelease(topology: Topology, connect: Connect): Promise<string | undefined> {
  const fleet = compile(topology);
  const state = fleet.get(HUB);
  if (!state) return undefined;
  const interfaceName = topology.wireguard.interface;
  const target = release(fleet, interfaceName);
  const hosts = connect();
  try {
    const desired = { state, release: target.hosts.get(HUB)!, interfaceName };
    const seen = await look(hosts, routes(topology)(HUB), desired);
    if ('fault' in seen || seen.view.fleet.size === 0) return undefined;
    return sha256(fleetLines(new Map([...seen.view.fleet].map(([host, digest]) => [host, { digest }]))));
  } finally {
    await hosts.close();
  }
}
