import { FaultError, type Fault } from '../core/model/fault.ts';
import { parsePublicKey, type PublicKey } from '../core/model/key.ts';
import type { HostName } from '../core/model/name.ts';
import type { Topology } from '../core/model/topology.ts';
import { demand } from './call.ts';
import type { Connect, Hosts, Progress, Route } from './ports.ts';
import { routes } from './routes.ts';

export type Rotated = { readonly publicKey: PublicKey } | { readonly fault: Fault };

const ROTATE_MS = 30_000;

/**
 * Has each host make a WireGuard key beside the one that it uses, and tell the public half. Nothing switches to it
 * before a release that names it is deployed. A host that has made one already tells that one again.
 */
export async function rotate(
  { topology, names }: { readonly topology: Topology; readonly names: readonly HostName[] },
  connect: Connect,
  progress: Progress,
): Promise<ReadonlyMap<HostName, Rotated>> {
  progress.step(`asking ${names.length} hosts for new keys`);
  const routeTo = routes(topology);
  const hosts = connect();
  try {
    const rotated = await Promise.all(
      names.map(async (name): Promise<[HostName, Rotated]> => [
        name,
        await rotateOne(hosts, routeTo(name), topology.wireguard.interface),
      ]),
    );
    return new Map(rotated);
  } finally {
    await hosts.close();
  }
}

async function rotateOne(hosts: Hosts, route: Route, interfaceName: string): Promise<Rotated> {
  try {
    const session = await hosts.open(route);
    const { sections } = await demand(session, {
      verb: 'rotate',
      args: [interfaceName],
      timeoutMs: ROTATE_MS,
    });
    const [line = ''] = sections.get('rotate') ?? [];
    const publicKey = parsePublicKey(line.replace(/^public-key /, ''));
    return publicKey === undefined ? { fault: noKey(route.host) } : { publicKey };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return { fault: error.fault };
  }
}

function noKey(host: HostName): Fault {
  return {
    code: 'host/answer-malformed',
    host,
    step: 'rotate',
    cause: 'it answered without a public key',
    stateNow: 'it uses the key that it used before',
  };
}
