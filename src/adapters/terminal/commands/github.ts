import { setUpRepository } from '../../../app/github-setup/setup.ts';
import { isReady } from '../../../core/model/github-setup.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { githubSetupJson, githubSetupText } from '../../../core/report/github-setup.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

export interface GithubOptions {
  readonly check?: boolean;
  readonly repo?: string;
  readonly openPullRequests?: boolean;
  readonly deployIdentity?: string;
  readonly driftIdentity?: string;
}

/** Makes a repository ready for the Action, or says what it lacks. */
export async function githubSet(world: World, topology: Topology, options: GithubOptions): Promise<Result> {
  const { check: isCheck = false, repo, openPullRequests = false } = options;
  const { deployIdentity: deploy, driftIdentity: drift } = options;
  const identities = {
    ...(deploy === undefined ? {} : { deploy }),
    ...(drift === undefined ? {} : { drift }),
  };
  const outcome = await setUpRepository(
    { place: placeOf(repo), isCheck, openPullRequests, identities },
    { admin: world.admin, keyring: world.keyring(topology.name), signal: world.signal },
  );
  return {
    exit: outcome.failed.length > 0 ? 1 : isReady(outcome) ? 0 : 3,
    text: () => githubSetupText(outcome, paint(world.stdout)),
    json: () => githubSetupJson(outcome),
  };
}

/** A repository in GitHub's API. */
export function placeOf(repo: string | undefined): string {
  // It becomes a part of paths.
  if (repo !== undefined && !/^[\w-]+\/[\w.-]+$/.test(repo))
    throw new UsageError(`\`${repo}\` names no repository: write OWNER/NAME`);
  // gh puts the clone's own repository there.
  return `repos/${repo ?? '{owner}/{repo}'}`;
}
