import type { SetupFinding } from '../../core/model/github-setup.ts';
import type { Seen, SeenEnvironment } from './look.ts';
import { judgeActions } from './judge-actions.ts';
import { judgeBranch } from './judge-branch.ts';
import type { Choices, Judged } from './judged.ts';
import type { WriteRequest } from './ports.ts';
import { ENVIRONMENTS } from './wanted.ts';

/** Everything that the Action needs otherwise; empty where nothing is amiss. What is unsafe comes before what is missing. */
export function judge(seen: Seen, choices: Choices): readonly Judged[] {
  const found = [
    ...ENVIRONMENTS.flatMap(({ environment, name }) => [
      ...judgeEnvironment(seen, environment),
      ...judgeSecret(seen, environment, name),
    ]),
    ...judgeBranch(seen),
    ...judgeActions(seen, choices),
  ];
  const order = ['unsafe', 'missing', 'advice'];
  return found.toSorted((a, b) => order.indexOf(a.finding.weight) - order.indexOf(b.finding.weight));
}

/** Whether an environment can be trusted with a key: a writer has only to push a branch to use an open one. */
export function isRestricted(seen: Seen, environment: string): boolean {
  return seen.environments.has(environment) && judgeEnvironment(seen, environment).length === 0;
}

function judgeEnvironment({ environments, repository, branch }: Seen, name: string): readonly Judged[] {
  const known = environments.get(name);
  const mend = { what: `environment ${name}: ${branch} alone may use it`, requests: restrict() };
  if (!known) {
    const what = `there is no environment ${name}, which a workflow names: GitHub would make one that every branch may use`;
    return [{ finding: { code: 'environment-missing', weight: 'missing', what }, mend }];
  }
  const others = othersIn(known);
  const isNamed = isList(known.branches) && known.branches.some(isDefault);
  if (others.length === 0 && isNamed) return [];
  const what =
    others.length > 0
      ? `environment ${name} may be used by ${others.join(', ')}: who can push there can read its key`
      : `environment ${name} may not be used by ${branch}, so that nothing can run`;
  const weight = others.length > 0 ? 'unsafe' : 'missing';
  return [{ finding: { code: 'environment-open', weight, what }, mend }];

  function isDefault(policy: { readonly name: string; readonly isBranch: boolean }): boolean {
    return policy.isBranch && policy.name === branch;
  }

  function othersIn({ branches }: SeenEnvironment): readonly string[] {
    if (branches === 'all') return ['every branch'];
    if (branches === 'protected') return ['every protected branch'];
    return branches
      .filter((policy) => !isDefault(policy))
      .map((policy) => `the ${policy.isBranch ? 'branch' : 'tag'} ${policy.name}`);
  }

  function restrict(): readonly WriteRequest[] {
    const path = `repos/${repository}/environments/${name}`;
    const custom = known && isList(known.branches) ? known.branches : undefined;
    const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true };
    const set = { method: 'PUT', path, body: { ...known?.kept, deployment_branch_policy } } as const;
    const policies = `${path}/deployment-branch-policies`;
    const add = { method: 'POST', path: policies, body: { name: branch, type: 'branch' } } as const;
    const drop = (custom ?? [])
      .filter((policy) => !isDefault(policy))
      .map(({ id }) => ({ method: 'DELETE', path: `${policies}/${id}` }) as const);
    return [...(custom ? [] : [set]), ...drop, ...(custom?.some(isDefault) ? [] : [add])];
  }
}

const isList = <T>(value: string | readonly T[]): value is readonly T[] => typeof value !== 'string';

function judgeSecret(
  { environments, repositorySecrets, repository }: Seen,
  environment: string,
  name: string,
): readonly Judged[] {
  const exposed: SetupFinding = {
    code: 'secret-exposed',
    weight: 'unsafe',
    what: `${name} is a secret of the repository: who can push a branch can read it`,
    byHand: `gh secret delete ${name} --repo ${repository}, and make new keys: kuiil enrol --rotate-deployer`,
  };
  const missing: SetupFinding = {
    code: 'secret-missing',
    weight: 'missing',
    what: `environment ${environment} has no secret ${name}`,
  };
  return [
    ...(repositorySecrets.includes(name) ? [{ finding: exposed }] : []),
    ...(environments.get(environment)?.secrets.includes(name) ? [] : [{ finding: missing }]),
  ];
}
