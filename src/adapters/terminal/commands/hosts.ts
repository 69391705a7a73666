import { deploy } from '../../../app/deploy/deploy.ts';
import type { DeployRequest } from '../../../app/deploy/request.ts';
import { remove, type Removal } from '../../../app/remove.ts';
import { status } from '../../../app/status.ts';
import type { HostStatus } from '../../../core/model/status.ts';
import type { HostName } from '../../../core/model/name.ts';
import { exitCode } from '../../../core/model/outcome.ts';
import { hosts, type Topology } from '../../../core/model/topology.ts';
import { deploymentJson } from '../../../core/report/deployment-json.ts';
import { deploymentMarkdown } from '../../../core/report/deployment-markdown.ts';
import { deploymentText } from '../../../core/report/deployment.ts';
import { statusJson, statusText } from '../../../core/report/status.ts';
import { removalJson, removalText } from '../../../core/report/removal.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { Login, World } from '../world.ts';
import { ownerOf } from './owner.ts';

type DeployOptions = Pick<
  DeployRequest,
  | 'only'
  | 'exclude'
  | 'canary'
  | 'dryRun'
  | 'install'
  | 'requireAll'
  | 'confirmTimeoutS'
  | 'awaitS'
  | 'accept'
  | 'base'
  | 'locate'
>;

export async function deployed(
  world: World,
  topology: Topology,
  options: DeployOptions,
  login: Login,
): Promise<Result> {
  known(topology, [...(options.only ?? []), ...options.exclude, ...options.canary]);
  const line = progress(world.stderr, world.clock);
  const request: DeployRequest = {
    ...options,
    topology,
    owner: ownerOf(world),
    transaction: world.transaction(),
    signal: world.signal,
  };
  const connect = await world.connect(login);
  const result = await deploy(request, { connect, clock: world.clock, progress: line });
  line.end();
  return {
    exit: exitCode(result.outcome),
    text: () => deploymentText(result, paint(world.stdout)),
    json: () => deploymentJson(result),
    markdown: () => deploymentMarkdown(result),
  };
}

export async function shown(world: World, topology: Topology, login: Login): Promise<Result> {
  const found: ReadonlyMap<HostName, HostStatus> = await status(topology, await world.connect(login));
  return {
    exit: [...found.values()].some((host) => host.state === 'unreachable') ? 4 : 0,
    text: () => statusText(found, paint(world.stdout)),
    json: () => statusJson(found),
  };
}

export async function removed(
  world: World,
  topology: Topology,
  only: readonly HostName[] | undefined,
  login: Login,
): Promise<Result> {
  known(topology, only ?? []);
  const line = progress(world.stderr, world.clock);
  const found: ReadonlyMap<HostName, Removal> = await remove(
    { topology, ...(only ? { only } : {}) },
    await world.connect(login),
    line,
  );
  line.end();
  return {
    exit: [...found.values()].every((host) => host.outcome === 'removed') ? 0 : 4,
    text: () => removalText(found, paint(world.stdout)),
    json: () => removalJson(found),
  };
}

/** A name that is not in the topology is a slip of the keyboard, and must not silently select nothing. */
function known(topology: Topology, names: readonly HostName[]): void {
  const all = new Set(hosts(topology).map((host) => host.name));
  const unknown = names.find((name) => !all.has(name));
  if (unknown !== undefined) throw new UsageError(`there is no host ${unknown} in this topology`);
}
