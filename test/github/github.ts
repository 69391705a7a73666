import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { type Bed, newState, OTHER_APPS, type Role, type State } from './bed.ts';
import { startEmulator } from './emulator.ts';
import { Faults } from './faults.ts';
import { Git } from './git.ts';
import { gitHubApp, type Sightings } from './proxy.ts';
import { Tokens } from './tokens.ts';
import { isWeb, webApp } from './web.ts';

/** GitHub with one repository, for one test file. */
export interface GitHub extends Sightings {
  readonly url: string;
  readonly owner: string;
  readonly repo: string;
  readonly git: Git;
  readonly state: State;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly bed: Bed;
  /** Ends it, and throws what was against GitHub's rules and no test took note of. */
  readonly close: () => Promise<void>;
}

/** Who is there: an owner, two who write, one who reads, a stranger, and an App that is not ours. */
export const ROLES: Readonly<Record<string, Role>> = {
  olga: 'admin',
  wendy: 'write',
  walter: 'write',
  rita: 'read',
  sam: 'none',
};
export const OTHER_BOT = 'other-app[bot]';

export async function startGitHub(): Promise<GitHub> {
  const [owner, repo] = ['olga', 'net'] as const;
  const tokens = new Tokens();
  const faults = new Faults();
  const sightings: Sightings = { requests: [], violations: [], refusals: [] };
  const state = newState();
  for (const [login, role] of Object.entries(ROLES)) state.roles.set(login, role);
  let answer: (request: Request, env: object) => Response | Promise<Response> = () =>
    new Response(null, { status: 503 });
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const listening = serve(
      { fetch: (request, env) => answer(request, env), port: 0, hostname: '127.0.0.1' },
      () => resolve(listening),
    );
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = Object.keys(ROLES);
  const emulator = await startEmulator({ owner, repo, people, apps: OTHER_APPS }, url);
  const git = new Git(emulator, owner, `${owner}/${repo}`);
  const bed: Bed = { url, fullName: `${owner}/${repo}`, emulator, git, state };
  const api = gitHubApp({ bed, tokens, faults, sightings });
  const web = webApp(state, owner);
  answer = (request, env) => (isWeb(new URL(request.url).pathname) ? web : api).fetch(request, env);
  const close = async () => {
    await emulator.close();
    await new Promise((resolve) => server.close(resolve));
    const left = [
      ...sightings.violations,
      ...sightings.refusals,
      ...faults.unused.map((each) => `no request met the fault for ${each}`),
    ];
    if (left.length > 0) throw new Error(`against GitHub's rules:\n${left.join('\n')}`);
  };
  return { ...sightings, url, owner, repo, git, state, tokens, faults, bed, close };
}
