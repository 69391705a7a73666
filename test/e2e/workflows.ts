import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import type { GitHubEvent } from '../github/events.ts';
import type { GitHub } from '../github/github.ts';
import { runJob } from '../github/job.ts';
import type { Ran } from '../github/runner.ts';

type Inputs = Readonly<Record<string, string>>;

/** The example workflows, run as GitHub would: the job with the key where the twin's deployer is, and the one that tells behind it. */
export class Workflows {
  readonly #github: GitHub;
  readonly #twin: TwinNetwork;
  #runs = 0;

  constructor(github: GitHub, twin: TwinNetwork) {
    this.#github = github;
    this.#twin = twin;
  }

  plan(event: GitHubEvent): Promise<Ran> {
    return runJob({ github: this.#github, workflow: 'kuiil-plan', job: 'plan', event, runId: ++this.#runs });
  }

  deploy(event: GitHubEvent, inputs: Inputs = {}): Promise<Ran> {
    return this.#both({ workflow: 'kuiil', job: 'deploy', event, inputs });
  }

  /** `given` is what somebody types into the form. */
  rollback(event: GitHubEvent, given: Inputs): Promise<Ran> {
    return this.#both({ workflow: 'kuiil', job: 'rollback', event, given });
  }

  drift(event: GitHubEvent, given: Inputs = {}): Promise<Ran> {
    return this.#both({ workflow: 'kuiil-drift', job: 'drift', event, given });
  }

  async #both({ job, given = {}, inputs = {}, ...rest }: Both): Promise<Ran> {
    const shared = { ...rest, github: this.#github, runId: ++this.#runs };
    const secrets = ['KUIIL_SSH_KEY', 'KUIIL_DRIFT_KEY'].map((name) => [
      `secrets.${name}`,
      this.#twin.identity,
    ]);
    const typed = Object.entries(given).map(([name, value]) => [`inputs.${name}`, value]);
    const contexts = Object.fromEntries([...secrets, ...typed]) as Inputs;
    const done = await runJob({ ...shared, job, inputs, contexts, within: this.#twin.asDeployer });
    const needs = {
      [`needs.${job}.result`]: done.code === 0 ? 'success' : 'failure',
      [`needs.${job}.outputs.record`]: done.outputs.record ?? '',
    };
    const told = await runJob({ ...shared, job: 'report', contexts: needs });
    if (told.code !== 0) throw new Error(`the job report ended with ${told.code}:\n${told.log}`);
    return done;
  }
}

interface Both {
  readonly workflow: string;
  readonly job: string;
  readonly event: GitHubEvent;
  readonly given?: Inputs;
  readonly inputs?: Inputs;
}
