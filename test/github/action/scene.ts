import { readFileSync } from 'node:fs';
import { Events } from '../events.ts';
import { type GitHub, startGitHub } from '../github.ts';
import { Person, type Pull } from '../person.ts';
import { runStep, type Ran } from '../runner.ts';

export const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');

/** A repository with two-clusters on main, and somebody who may write. */
export class Scene {
  readonly github: GitHub;
  readonly wendy: Person;
  readonly #events: Events;

  static async open(): Promise<Scene> {
    const scene = new Scene(await startGitHub());
    await scene.wendy.push('main', { 'topology.yaml': TOPOLOGY, 'topology.keys.yaml': KEYS });
    return scene;
  }

  private constructor(github: GitHub) {
    this.github = github;
    this.wendy = new Person(github, 'wendy');
    this.#events = new Events(github, this.wendy);
  }

  /** Runs the plan for a pull request as it is now. */
  async plan({ number }: Pull): Promise<Ran> {
    const event = await this.#events.pullRequestTarget(number);
    const permissions = { contents: 'read', 'pull-requests': 'write', checks: 'write' } as const;
    return runStep({ github: this.github, event, permissions, action: 'plan' });
  }

  /** The annotations of the newest check of a commit. */
  async annotations(commit: string): Promise<readonly { readonly start_line: number }[]> {
    const { body } = await this.wendy.call(`GET commits/${commit}/check-runs`);
    const [run] = (body as { check_runs: { id: number }[] }).check_runs.toSorted((a, b) => b.id - a.id);
    return (this.github.state.annotations.get(run!.id) ?? []) as unknown as { start_line: number }[];
  }
}
