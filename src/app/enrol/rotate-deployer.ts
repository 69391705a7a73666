import type { Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, isPending, type Topology } from '../../core/model/topology.ts';
import type { Hosts, Progress } from '../ports.ts';
import { ROLES, type Keyring } from './keyring.ts';
import { pinKeys, type Pin } from './pins.ts';

export interface DeployerRotation {
  /** `begun`: old and new keys are let in; `finished`: only the new ones; `stuck`: some hosts still have what they had. */
  readonly step: 'begun' | 'finished' | 'stuck';
  readonly hosts: readonly HostName[];
  readonly faults: ReadonlyMap<HostName, Fault>;
  /** The private half of the deployment key that is current or becomes it. */
  readonly deployKey: string;
}

export interface DeployerRotationPorts {
  readonly hosts: Hosts;
  readonly keyring: Keyring;
  readonly progress: Progress;
}

/**
 * Gives the deployer new login keys, in two steps, so that it is never locked out: first the hosts let in the old and the
 * new ones; when whoever deploys has the new one, the old ones go. Either step may be repeated.
 */
export async function rotateDeployer(
  topology: Topology,
  { finish }: { readonly finish: boolean },
  { hosts, keyring, progress }: DeployerRotationPorts,
): Promise<DeployerRotation> {
  const names = hostsOf(topology)
    .filter((host) => !isPending(host))
    .map(({ name }) => name);
  const next = await Promise.all(ROLES.map((role) => keyring.next(role)));
  const current = finish ? [] : await Promise.all(ROLES.map((role) => keyring.current(role)));
  const pins = [current, next].flatMap((keys) =>
    keys.map(({ publicText }, i): Pin => ({ role: ROLES[i]!, publicText })),
  );
  const faults = await pinKeys({ topology, names, pins }, hosts, progress);
  if (faults.size > 0) return { step: 'stuck', hosts: names, faults, deployKey: next[0]!.file };
  if (!finish) return { step: 'begun', hosts: names, faults, deployKey: next[0]!.file };
  for (const role of ROLES) await keyring.promote(role);
  return { step: 'finished', hosts: names, faults, deployKey: (await keyring.current('deploy')).file };
}
