import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import type { GitHubEvent } from '../github/events.ts';
import type { GitHub } from '../github/github.ts';
import type { Ran } from '../github/runner.ts';
import { runWorkflow } from '../github/workflow.ts';

/** The example workflows, run as GitHub would: the job with the key where the twin's deployer is, and the one that tells behind it. */
export class Workflows {
  readonly #github: GitHub;
  readonly #twin: TwinNetwork;
  #runs = 0;

  constructor(github: GitHub, twin: TwinNetwork) {
    this.#github = github;
    this.#twin = twin;
  }

  /** Answers what became of the one job that the event starts. `inputs` are beside those that its step has. */
  async run(
    workflow: string,
    event: GitHubEvent,
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<Ran & { readonly job: string }> {
    const secrets = Object.fromEntries(
      ['KUIIL_SSH_KEY', 'KUIIL_DRIFT_KEY'].map((name) => [name, this.#twin.identity]),
    );
    const run = { github: this.#github, workflow, event, secrets, inputs, runId: ++this.#runs };
    const ran = await runWorkflow({ ...run, within: this.#twin.asDeployer });
    const { report, ...jobs } = Object.fromEntries(ran);
    if (report && report.code !== 0)
      throw new Error(`the job report ended with ${report.code}:\n${report.log}`);
    const [first, ...more] = Object.entries(jobs);
    if (!first || more.length > 0) throw new Error(`${Object.keys(jobs).join(', ') || 'no job'} ran`);
    return { job: first[0], ...first[1] };
  }
}
