import { freeze, unfreeze } from '../../../app/freeze.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { freezeJson, frozenText, unfrozenText } from '../../../core/report/freeze.ts';
import { UsageError } from '../options.ts';
import type { Result } from '../result.ts';
import type { Login, World } from '../world.ts';

/** Holds deployments back, by everybody. */
export async function frozen(
  world: World,
  topology: Topology,
  reason: string,
  login: Login,
): Promise<Result> {
  if (reason.trim() === '') throw new UsageError('say why: kuiil freeze REASON');
  const by = { reason, who: world.who, isByHand: true };
  const inForce = await freeze(topology, by, await world.connect(login));
  return { exit: 0, text: () => frozenText(inForce), json: () => freezeJson('freeze', inForce) };
}

export async function unfrozen(world: World, topology: Topology, login: Login): Promise<Result> {
  const lifted = await unfreeze(topology, await world.connect(login));
  return { exit: 0, text: () => unfrozenText(lifted), json: () => freezeJson('unfreeze', lifted) };
}
