import type { DeploymentLog } from '../../app/github/ports.ts';
import type { Client } from './client.ts';
import { asked } from './failure.ts';

const MAX_DESCRIPTION = 140;

export function githubDeployments({ octokit, at }: Client, runLink: string): DeploymentLog {
  return {
    async record({ commit, environment, payload, state, description }) {
      const { data } = await asked(
        'record the deployment',
        octokit.rest.repos.createDeployment({
          ...at,
          ref: commit,
          task: 'kuiil',
          environment,
          payload: { ...payload },
          description: bounded(description),
          // It has happened: there is nothing to merge into, and nothing to wait for.
          auto_merge: false,
          required_contexts: [],
        }),
      );
      if (!('id' in data)) return;
      await asked(
        'record how the deployment ended',
        octokit.rest.repos.createDeploymentStatus({
          ...at,
          deployment_id: data.id,
          state,
          description: bounded(description),
          log_url: runLink,
          environment,
        }),
      );
    },
  };
}

function bounded(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`;
}
