import { enrol, type EnrolPorts } from '../../../app/enrol/enrol.ts';
import { findKeys } from '../../../app/enrol/found.ts';
import { readJoinLine } from '../../../app/enrol/join-line.ts';
import { rotateDeployer } from '../../../app/enrol/rotate-deployer.ts';
import type { EnrolmentOutcome, EnrolmentRow } from '../../../core/model/enrolment.ts';
import type { HostName } from '../../../core/model/name.ts';
import { hosts, isPending, type Topology } from '../../../core/model/topology.ts';
import { deployerRotationJson, deployerRotationText } from '../../../core/report/deployer-rotation.ts';
import { enrolmentJson, enrolmentTable, enrolmentText } from '../../../core/report/enrolment.ts';
import { keysFile } from '../keys-file.ts';
import { loginKeys, type LoginKeyFiles } from '../login-keys.ts';
import type { Loaded } from '../load.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { OwnSsh, World } from '../world.ts';

export interface EnrolOptions extends OwnSsh, LoginKeyFiles {
  /** Empty: every host that is pending. */
  readonly only: readonly HostName[];
  readonly yes: boolean;
  readonly replace: readonly HostName[];
}

export async function enrolled(
  world: World,
  topology: Topology,
  { file }: Loaded,
  options: EnrolOptions,
): Promise<Result> {
  const all = hosts(topology);
  const only = options.only.length > 0 ? options.only : all.filter(isPending).map(({ name }) => name);
  refuseUnknown(
    all.map(({ name }) => name),
    [...only, ...options.replace, ...options.targets.keys()],
  );
  const line = progress(world.stderr, world.clock);
  const own = world.ownSsh(options);
  const pins = only.length === 0 ? [] : await loginKeys(world, topology, options);
  const found = await findKeys({ topology, names: only }, own, line);
  const ports: EnrolPorts = {
    hosts: own,
    progress: line,
    confirm: (rows) => confirmed(world, rows, { yes: options.yes, end: () => line.end() }),
    keysFile: keysFile(world, file),
  };
  const result = await enrol({ topology, found, replace: options.replace, pins }, ports);
  line.end();
  return report(world, result);
}

/** Takes the line that a bootstrap script ended with; the host has been seen to already. */
export async function added(
  world: World,
  topology: Topology,
  { file }: Loaded,
  options: EnrolOptions & { readonly line: string },
): Promise<Result> {
  const joining = readJoinLine(options.line);
  if ('wrong' in joining) throw new UsageError(`the line cannot be taken: ${joining.wrong}`);
  const { network, host, entry } = joining;
  if (network !== topology.name)
    throw new UsageError(`the line is of the network ${network}, and this one is ${topology.name}`);
  refuseUnknown(
    hosts(topology).map(({ name }) => name),
    [host, ...options.replace],
  );
  const line = progress(world.stderr, world.clock);
  const result = await enrol(
    { topology, found: new Map([[host, { entry }]]), replace: options.replace },
    {
      hosts: world.ownSsh(options),
      progress: line,
      confirm: (rows) => confirmed(world, rows, { yes: options.yes, end: () => line.end() }),
      keysFile: keysFile(world, file),
    },
  );
  return report(world, result);
}

/** New login keys for the deployer, on every host that is enrolled. */
export async function deployerRotated(
  world: World,
  topology: Topology,
  { finish, ...options }: OwnSsh & { readonly finish: boolean },
): Promise<Result> {
  const line = progress(world.stderr, world.clock);
  const ports = {
    hosts: world.ownSsh(options),
    keyring: world.keyring(topology.name),
    progress: line,
  };
  const result = await rotateDeployer(topology, { finish }, ports);
  line.end();
  return {
    exit: result.step === 'stuck' ? 4 : 0,
    text: () => deployerRotationText(result, paint(world.stdout)),
    json: () => deployerRotationJson(result),
  };
}

function report(world: World, result: EnrolmentOutcome): Result {
  const isWhole = result.faults.length === 0 && result.rows.every(({ state }) => state !== 'failed');
  return {
    exit: result.outcome === 'declined' ? 1 : isWhole ? 0 : 4,
    text: () => enrolmentText(result, paint(world.stdout)),
    json: () => enrolmentJson(result),
  };
}

async function confirmed(
  world: World,
  rows: readonly EnrolmentRow[],
  { yes, end }: { readonly yes: boolean; readonly end: () => void },
): Promise<boolean> {
  end();
  world.stderr.write(enrolmentTable(rows, paint(world.stderr)));
  if (yes) return true;
  if (!world.confirm)
    throw new UsageError('nobody is here to compare the fingerprints: run it on a terminal, or pass --yes');
  return world.confirm('Are these the keys of your hosts?');
}

function refuseUnknown(all: readonly HostName[], names: readonly HostName[]): void {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no host ${unknown} in this topology`);
}
