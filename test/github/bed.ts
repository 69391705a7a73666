import type { Hono } from 'hono';
import { ACTIONS_APP, ACTIONS_BOT, type Emulator, type Json } from './emulator.ts';
import type { Git } from './git.ts';
import type { Bearer } from './tokens.ts';
import type { NewApp } from './web.ts';

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** What GitHub knows and the emulator does not. Times are seconds since 1970. */
export interface State {
  readonly roles: Map<string, Role>;
  readonly comments: Map<number, { created: number; updated: number; by: string; minimized: boolean }>;
  readonly annotations: Map<number, Json[]>;
  /** The App that made a check run, by its slug. */
  readonly checkApps: Map<number, string>;
  readonly merges: Map<number, { sha: string; at: string; by: Json }>;
  readonly pulls: Map<number, { base: string; head: string }>;
  readonly mergeabilityDelays: { left: number };
  readonly deployments: Json[];
  readonly statuses: Map<number, Json[]>;
  readonly reactions: Map<number, Json[]>;
  readonly environments: Map<string, Environment>;
  /** What was given, as whoever encrypts it sent it, by place (an environment, or empty: the repository) and name. */
  readonly secrets: Map<string, Map<string, string>>;
  readonly actions: { permissions: Json; selected: Json; tokens: Json };
  /** Rules of rulesets on the default branch. */
  readonly rulesets: Json[];
  /** Paths of workflows that are off. */
  readonly workflowsOff: Set<string>;
  /** By the code that GitHub sent back with the browser. */
  readonly newApps: Map<string, NewApp>;
  readonly dispatches: { readonly workflow: string; readonly ref: string; readonly inputs: Json }[];
}

export interface Environment {
  readonly branches: readonly string[] | 'protected' | 'all';
  /** Reviewers and timers, as they are told. */
  readonly rules?: readonly Json[];
}

export interface Bed {
  readonly url: string;
  readonly fullName: string;
  readonly emulator: Emulator;
  readonly git: Git;
  readonly state: State;
}

export type App = Hono<{ Variables: { bearer: Bearer } }>;

export const newState = (): State => ({
  roles: new Map(),
  comments: new Map(),
  annotations: new Map(),
  checkApps: new Map(),
  merges: new Map(),
  pulls: new Map(),
  mergeabilityDelays: { left: 0 },
  deployments: [],
  statuses: new Map(),
  reactions: new Map(),
  environments: new Map(),
  secrets: new Map(),
  actions: {
    permissions: { enabled: true, allowed_actions: 'all', sha_pinning_required: false },
    selected: { github_owned_allowed: false, verified_allowed: false, patterns_allowed: [] },
    tokens: { default_workflow_permissions: 'read', can_approve_pull_request_reviews: false },
  },
  rulesets: [],
  workflowsOff: new Set(),
  newApps: new Map(),
  dispatches: [],
});

export function loginOf(bearer: Bearer): string {
  if (bearer.kind === 'person') return bearer.login;
  if (bearer.kind === 'app') return `${bearer.slug}[bot]`;
  return bearer.app === undefined ? ACTIONS_BOT : `${bearer.app}[bot]`;
}

/** Whether somebody administers the repository. */
export const isAdmin = ({ state }: Bed, bearer: Bearer): boolean =>
  state.roles.get(loginOf(bearer)) === 'admin';

/** Apps beside GitHub’s own: somebody else’s, and ours. */
export const OTHER_APPS = ['other-app', 'kuiil-app'];

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
export const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

export async function userOf({ emulator, fullName }: Bed, login: string): Promise<Json> {
  if (!login.endsWith('[bot]')) {
    return (await emulator.ask(fullName.split('/')[0]!, `GET /users/${login}`)).body as Json;
  }
  const any = await emulator.ask(login, `GET /users/${encodeURIComponent(login)}`);
  return any.body as Json;
}

/** An App as GitHub shows it on what it wrote. */
export async function appOf(bed: Bed, slug: string): Promise<Json> {
  return {
    id: slug === ACTIONS_APP.slug ? ACTIONS_APP.id : 900 + OTHER_APPS.indexOf(slug),
    slug,
    node_id: `App_${slug}`,
    name: slug,
    owner: await userOf(bed, bed.fullName.split('/')[0]!),
    description: '',
    external_url: `https://github.com/apps/${slug}`,
    html_url: `https://github.com/apps/${slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2019-12-10T19:04:12Z',
    permissions: {},
    events: [],
  };
}
