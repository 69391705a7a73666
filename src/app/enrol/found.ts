import type { HostAnswer } from '../../core/model/answer.ts';
import type { HostEntry } from '../../core/edit/keys.ts';
import { FaultError, type Fault } from '../../core/model/fault.ts';
import { parseHostKey, parsePublicKey } from '../../core/model/key.ts';
import type { HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, type Hub, type Node, type Topology } from '../../core/model/topology.ts';
import { demand } from '../call.ts';
import { each } from '../each.ts';
import type { Hosts, Progress } from '../ports.ts';
import { ownRoutes } from './own-routes.ts';

/** What a host's own administrator session says of it: its keys, or what is in the way. */
export type Found = { readonly entry: HostEntry } | { readonly fault: Fault };

export interface Asking {
  readonly topology: Topology;
  readonly names: readonly HostName[];
}

const ENROL_MS = 60_000;
/** So many ssh processes at once. */
export const AT_ONCE = 8;

/**
 * Asks each host for the keys that others may know, all obstacles at once where there are some. A host with a tunnel makes
 * its WireGuard key where it has none; the private half stays there.
 */
export async function findKeys(
  { topology, names }: Asking,
  hosts: Hosts,
  progress: Progress,
): Promise<ReadonlyMap<HostName, Found>> {
  const all = hostsOf(topology);
  const jumps = new Set(all.map(({ ssh }) => ssh.via));
  const routeTo = ownRoutes(topology);
  const chosen = all.filter(({ name }) => names.includes(name));
  progress.step(`asking ${chosen.length} hosts for their keys`);
  const found = await each(chosen, AT_ONCE, async (host): Promise<[HostName, Found]> => {
    try {
      const session = await hosts.open(routeTo(host.name));
      const args = [
        topology.wireguard.interface,
        host.tunnel.length > 0 ? 'tunnel' : 'plain',
        jumps.has(host.name) ? 'jump' : 'alone',
      ];
      return [
        host.name,
        { entry: entryOf(host, await demand(session, { verb: 'enrol', args, timeoutMs: ENROL_MS })) },
      ];
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      return [host.name, { fault: error.fault }];
    }
  });
  return new Map(found);
}

function entryOf(host: Hub | Node, answer: HostAnswer): HostEntry {
  const lines = answer.sections.get('enrol') ?? [];
  const after = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const publicKey = parsePublicKey(after('public-key')[0] ?? '');
  const hostKeys = after('host-key').flatMap((text) => parseHostKey(text) ?? []);
  if (hostKeys.length > 0 && (publicKey !== undefined || host.tunnel.length === 0)) {
    return { hostKeys, ...(publicKey === undefined ? {} : { publicKey }) };
  }
  throw new FaultError({
    code: 'host/answer-malformed',
    host: host.name,
    step: 'enrol',
    cause: 'it answered without the keys that were asked for',
    stateNow: 'it may have made its WireGuard key; nothing else was changed',
  });
}
