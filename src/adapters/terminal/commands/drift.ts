import { checkDrift } from '../../../app/drift/drift.ts';
import { heal } from '../../../app/drift/heal.ts';
import type { Locate } from '../../../app/dangers.ts';
import { mergeDrift } from '../../../app/drift/merge.ts';
import { type Drift, driftExitCode } from '../../../core/model/drift.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { driftJson } from '../../../core/report/drift-json.ts';
import { driftMarkdown } from '../../../core/report/drift-markdown.ts';
import { driftText } from '../../../core/report/drift.ts';
import { healingJson, healingMarkdown, healingText } from '../../../core/report/healing.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { Login, World } from '../world.ts';
import { ownerOf } from './owner.ts';
import { knownSites } from './sites.ts';

/** What is on the hosts beside what was confirmed on them. */
export async function drifted(
  world: World,
  topology: Topology,
  sites: readonly string[] | undefined,
  login: Login,
): Promise<Result> {
  knownSites(topology, sites ?? []);
  const request = { topology, today: world.today(), ...(sites ? { sites } : {}) };
  const { drift } = await checkDrift(request, await world.connect(login));
  return told(world, drift);
}

/** The checks of several sites as one; nobody is dialled. */
export async function merged(world: World, files: readonly string[]): Promise<Result> {
  const documents = await Promise.all(
    files.map(async (file): Promise<unknown> => {
      const bytes = await world.files.read(file);
      if (bytes === undefined) throw new UsageError(`there is no file ${file}`);
      try {
        return JSON.parse(new TextDecoder().decode(bytes));
      } catch {
        return undefined;
      }
    }),
  );
  const drift = mergeDrift(documents);
  if (!drift) throw new UsageError('give the JSON documents that `kuiil drift --format json` printed');
  return told(world, drift);
}

function told(world: World, drift: Drift): Result {
  return {
    exit: driftExitCode(drift),
    text: () => driftText(drift, paint(world.stdout)),
    json: () => driftJson(drift),
    markdown: () => driftMarkdown(drift),
  };
}

interface HealOptions {
  readonly confirmTimeoutS: number;
  readonly locate: Locate;
}

/** Back to what was confirmed; the exit code is that of the check afterwards. */
export async function healed(
  world: World,
  topology: Topology,
  options: HealOptions,
  login: Login,
): Promise<Result> {
  const line = progress(world.stderr, world.clock);
  const connect = await world.connect(login);
  const healing = await heal(
    {
      ...options,
      topology,
      today: world.today(),
      kinds: 'all',
      owner: ownerOf(world),
      transaction: world.transaction,
      signal: world.signal,
    },
    { connect, clock: world.clock, progress: line },
  );
  line.end();
  return {
    exit: driftExitCode(healing.after),
    text: () => healingText(healing, paint(world.stdout)),
    json: () => healingJson(healing),
    markdown: () => healingMarkdown(healing),
  };
}
