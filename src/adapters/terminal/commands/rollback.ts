import { check } from '../../../app/check.ts';
import type { Locate } from '../../../app/dangers.ts';
import type { DeployRequest } from '../../../app/deploy/request.ts';
import { rollback } from '../../../app/rollback/rollback.ts';
import { FaultError } from '../../../core/model/fault.ts';
import { exitCode } from '../../../core/model/outcome.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { rollbackJson, rollbackMarkdown, rollbackText } from '../../../core/report/rollback.ts';
import { keysFileOf } from '../../../app/keys-file.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { Login, World } from '../world.ts';
import { ownerOf } from './owner.ts';

interface RollbackOptions extends Pick<
  DeployRequest,
  'dryRun' | 'accept' | 'exclude' | 'confirmTimeoutS' | 'awaitS' | 'locate'
> {
  readonly to: string;
  readonly reason: string;
  /** The topology's file, which is looked up in git too. */
  readonly file: string;
}

/** Back to a release that the hosts hold, or to a commit. */
export async function rolledBack(
  world: World,
  topology: Topology,
  options: RollbackOptions,
  login: Login,
): Promise<Result> {
  const line = progress(world.stderr, world.clock);
  const connect = await world.connect(login);
  const result = await rollback(
    {
      ...options,
      topology,
      canary: [],
      requireAll: false,
      onlyGit: false,
      owner: ownerOf(world),
      transaction: world.transaction(),
      signal: world.signal,
      atCommit: (commit) => topologyAt(world, commit, options.file),
    },
    { connect, clock: world.clock, progress: line },
  );
  line.end();
  return {
    exit: exitCode(result.deployment.outcome),
    text: () => rollbackText(result, paint(world.stdout)),
    json: () => rollbackJson(result),
    markdown: () => rollbackMarkdown(result),
  };
}

/** Undefined where git has no such commit or file; throws where the file was not valid. */
async function topologyAt(
  world: World,
  commit: string,
  file: string,
): Promise<{ topology: Topology; locate: Locate } | undefined> {
  const bytes = await world.readAtCommit(commit, file);
  if (bytes === undefined) return undefined;
  const keysFile = keysFileOf(file);
  const keys = await world.readAtCommit(commit, keysFile);
  const { value, diagnostics, locate } = check({
    topology: { file, bytes },
    ...(keys === undefined ? {} : { keys: { file: keysFile, bytes: keys } }),
  });
  if (value) return { topology: value, locate };
  throw new FaultError({
    code: 'rollback/topology',
    step: 'rollback',
    cause: `the topology at ${commit} has errors: ${diagnostics[0]?.message ?? 'it cannot be read'}`,
    hint: 'choose another commit',
    stateNow: 'unchanged: no host was changed',
  });
}
