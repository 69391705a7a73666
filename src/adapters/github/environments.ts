import type { Environments } from '../../app/github/environment.ts';
import type { Client } from './client.ts';

const PAGE = 100;

/** What is asked here is for a word of advice: one try, and whatever GitHub does not show is not known. */
export function githubEnvironments({ octokit, at }: Client): Environments {
  return {
    async branchesOf(environment) {
      const asked = { ...at, environment_name: environment, request: { retries: 0 } };
      try {
        const { data } = await octokit.rest.repos.getEnvironment(asked);
        const policy = data.deployment_branch_policy;
        if (!policy) return 'all';
        if (!policy.custom_branch_policies) return 'protected';
        const found = await octokit.rest.repos.listDeploymentBranchPolicies({ ...asked, per_page: PAGE });
        return found.data.branch_policies.map(({ name = '', type = 'branch' }) => ({
          name,
          isBranch: type === 'branch',
        }));
      } catch {
        return undefined;
      }
    },
  };
}
