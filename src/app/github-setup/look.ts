import { at, listAt, textAt } from '../json.ts';
import { githubFault } from '../github/fault.ts';
import type { RepositoryAdmin } from './ports.ts';
import { ENVIRONMENTS } from './wanted.ts';

/** A repository as GitHub tells it, as far as the Action cares. */
export interface Seen {
  /** `owner/name`. */
  readonly repository: string;
  readonly branch: string;
  readonly environments: ReadonlyMap<string, SeenEnvironment>;
  readonly repositorySecrets: readonly string[];
  readonly actions: SeenActions;
  readonly workflows: readonly SeenWorkflow[];
  readonly rules: { readonly pullRequest: boolean; readonly checks: readonly string[] };
}

export interface SeenEnvironment {
  readonly branches: 'all' | 'protected' | readonly BranchPolicy[];
  /** Who has to approve, and how long it waits: kept as they are when something else is set. */
  readonly kept: object;
  readonly secrets: readonly string[];
}

export interface BranchPolicy {
  readonly id: number;
  readonly name: string;
  readonly isBranch: boolean;
}

export interface SeenActions {
  readonly enabled: boolean;
  readonly allowed: 'all' | 'local_only' | 'selected';
  /** What is let in beside the own ones, where they are chosen; sent back whole. */
  readonly selected: { readonly patterns: readonly string[]; readonly rest: object };
  readonly mayOpenPullRequests: boolean;
  readonly tokensMayWrite: boolean;
}

export interface SeenWorkflow {
  readonly id: number;
  readonly path: string;
  readonly isActive: boolean;
  /** As it is on the default branch; empty for one that is not looked at. */
  readonly text: string;
}

/** Reads everything that `judge` goes by. `place` is `repos/owner/name`. */
export async function look(admin: RepositoryAdmin, place: string): Promise<Seen> {
  const found = await admin.read(place);
  const repository = textAt(found, 'full_name');
  const branch = textAt(found, 'default_branch');
  if (repository === undefined || branch === undefined)
    throw githubFault({
      code: 'github/request',
      step: 'find the repository',
      cause: 'GitHub shows no such repository to you',
      hint: 'run it inside of a clone, or name it: --repo OWNER/NAME',
    });
  if (at(found, 'permissions', 'admin') !== true)
    throw githubFault({
      code: 'github/forbidden',
      step: 'look at the settings',
      cause: `you do not administer ${repository}`,
      hint: 'ask somebody who does to run it, or to make you one who does',
    });
  const own = `repos/${repository}`;
  const environment = async ({ environment: name }: (typeof ENVIRONMENTS)[number]) => {
    const seen = await environmentOf(admin, `${own}/environments/${name}`);
    return seen ? [[name, seen] as const] : [];
  };
  const [environments, secrets, actions, workflows, rules] = await Promise.all([
    Promise.all(ENVIRONMENTS.map(environment)),
    admin.read(`${own}/actions/secrets?per_page=100`),
    actionsOf(admin, own),
    workflowsOf(admin, own, branch),
    rulesOf(admin, own, branch),
  ]);
  return {
    repository,
    branch,
    environments: new Map(environments.flat()),
    repositorySecrets: names(secrets, 'secrets'),
    actions,
    workflows,
    rules,
  };
}

const names = (answer: unknown, list: string): readonly string[] =>
  listAt(answer, list).flatMap((each) => textAt(each, 'name') ?? []);

async function environmentOf(admin: RepositoryAdmin, path: string): Promise<SeenEnvironment | undefined> {
  const found = await admin.read(path);
  if (found === undefined) return undefined;
  const [policies, secrets] = await Promise.all([
    admin.read(`${path}/deployment-branch-policies?per_page=100`),
    admin.read(`${path}/secrets?per_page=100`),
  ]);
  const policy = at(found, 'deployment_branch_policy');
  const named = listAt(policies, 'branch_policies').flatMap((each) => {
    const [id, name] = [at(each, 'id'), textAt(each, 'name')];
    // Servers from before tags had policies do not say what it is of.
    const isBranch = (textAt(each, 'type') ?? 'branch') === 'branch';
    return typeof id === 'number' && name !== undefined ? [{ id, name, isBranch }] : [];
  });
  const branches =
    at(policy, 'custom_branch_policies') === true
      ? named
      : at(policy, 'protected_branches') === true
        ? 'protected'
        : 'all';
  return { branches, kept: keptOf(listAt(found, 'protection_rules')), secrets: names(secrets, 'secrets') };
}

/** Setting an environment sets all of it: what is not said again is gone. */
function keptOf(rules: readonly unknown[]): object {
  const of = (type: string) => rules.find((rule) => textAt(rule, 'type') === type);
  const timer = at(of('wait_timer'), 'wait_timer');
  const review = of('required_reviewers');
  const reviewers = listAt(review, 'reviewers').flatMap((each) => {
    const [type, id] = [textAt(each, 'type'), at(each, 'reviewer', 'id')];
    return type === undefined || id === undefined ? [] : [{ type, id }];
  });
  const own = at(review, 'prevent_self_review');
  return {
    ...(typeof timer === 'number' && { wait_timer: timer }),
    ...(typeof own === 'boolean' && { prevent_self_review: own }),
    ...(reviewers.length > 0 && { reviewers }),
  };
}

async function actionsOf(admin: RepositoryAdmin, own: string): Promise<SeenActions> {
  const [permissions, tokens] = await Promise.all([
    admin.read(`${own}/actions/permissions`),
    admin.read(`${own}/actions/permissions/workflow`),
  ]);
  const said = textAt(permissions, 'allowed_actions');
  const allowed = said === 'selected' || said === 'local_only' ? said : 'all';
  const selected =
    allowed === 'selected' ? await admin.read(`${own}/actions/permissions/selected-actions`) : undefined;
  const flag = (name: string) => ({ [name]: at(selected, name) === true });
  return {
    enabled: at(permissions, 'enabled') === true,
    allowed,
    selected: {
      patterns: listAt(selected, 'patterns_allowed').filter((each) => typeof each === 'string'),
      rest: { ...flag('github_owned_allowed'), ...flag('verified_allowed') },
    },
    mayOpenPullRequests: at(tokens, 'can_approve_pull_request_reviews') === true,
    tokensMayWrite: textAt(tokens, 'default_workflow_permissions') === 'write',
  };
}

/** Only files with our name are read: a repository may have hundreds of others. */
async function workflowsOf(
  admin: RepositoryAdmin,
  own: string,
  branch: string,
): Promise<readonly SeenWorkflow[]> {
  const answer = await admin.read(`${own}/actions/workflows?per_page=100`);
  const ours = listAt(answer, 'workflows').flatMap((each) => {
    const [id, path] = [at(each, 'id'), textAt(each, 'path') ?? ''];
    const isOurs = /^\.github\/workflows\/[\w.-]*kuiil[\w.-]*$/.test(path);
    return typeof id === 'number' && isOurs
      ? [{ id, path, isActive: textAt(each, 'state') === 'active' }]
      : [];
  });
  return Promise.all(
    ours.map(async (workflow) => {
      const file = await admin.read(`${own}/contents/${workflow.path}?ref=${encodeURIComponent(branch)}`);
      return { ...workflow, text: decode(textAt(file, 'content') ?? '') };
    }),
  );
}

function decode(base64: string): string {
  const bytes = Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (each) => each.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

/** Rules of rulesets, and the required checks of the older protection of branches. */
async function rulesOf(admin: RepositoryAdmin, own: string, branch: string): Promise<Seen['rules']> {
  const name = branch.split('/').map(encodeURIComponent).join('/');
  const [rules, older] = await Promise.all([
    admin.read(`${own}/rules/branches/${name}?per_page=100`),
    admin.read(`${own}/branches/${name}`),
  ]);
  const active = Array.isArray(rules) ? rules : [];
  const of = (type: string) => active.filter((rule) => textAt(rule, 'type') === type);
  const checks = of('required_status_checks').flatMap((rule) =>
    listAt(rule, 'parameters', 'required_status_checks').flatMap((check) => textAt(check, 'context') ?? []),
  );
  const contexts = listAt(older, 'protection', 'required_status_checks', 'contexts');
  return {
    pullRequest: of('pull_request').length > 0,
    checks: [...checks, ...contexts.filter((each) => typeof each === 'string')],
  };
}
