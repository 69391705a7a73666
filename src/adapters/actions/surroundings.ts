import { githubFault } from '../../app/github/fault.ts';
import type { RunLink } from '../../app/github/ports.ts';
import type { ClientOptions } from '../github/client.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where GitHub is, and which repository this is, as the runner says. */
export function githubOf(env: Env): Pick<ClientOptions, 'url' | 'repository'> {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(env.GITHUB_REPOSITORY ?? '') ?? [];
  if (owner === undefined || repo === undefined) {
    throw githubFault({
      code: 'github/event',
      step: 'find the repository',
      cause: 'the runner does not say which repository this is',
      hint: 'run the Action in a workflow that GitHub starts',
    });
  }
  return { url: env.GITHUB_API_URL || 'https://api.github.com', repository: { owner, repo } };
}

/** Where people look at GitHub. */
export function serverOf(env: Env): string {
  return env.GITHUB_SERVER_URL || 'https://github.com';
}

/** The address of this run. */
export function runLink(env: Env): RunLink {
  const attempt = env.GITHUB_RUN_ATTEMPT ? `/attempts/${env.GITHUB_RUN_ATTEMPT}` : '';
  return `${serverOf(env)}/${env.GITHUB_REPOSITORY ?? ''}/actions/runs/${env.GITHUB_RUN_ID ?? '0'}${attempt}`;
}
