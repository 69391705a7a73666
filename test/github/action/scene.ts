import { readFileSync } from 'node:fs';
import { Events } from '../events.ts';
import { type GitHub, startGitHub } from '../github.ts';
import { Person, type Comment, type Pull } from '../person.ts';
import { runStep, type Ran, type Step } from '../runner.ts';

export const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
export const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');
/** A change that no host is interrupted by. */
export const GROWN = TOPOLOGY.replace('10.97.0.0/16', '10.98.0.0/16');

/** The permissions of the job `plan` (README). */
export const MAY_PLAN = { contents: 'read', 'pull-requests': 'write', checks: 'write' } as const;

/** A repository with two-clusters on main, and people. */
export class Scene {
  readonly github: GitHub;
  readonly wendy: Person;
  readonly sam: Person;
  readonly events: Events;

  static async open(files: Readonly<Record<string, string>> = {}): Promise<Scene> {
    const scene = new Scene(await startGitHub());
    await scene.wendy.push('main', { 'topology.yaml': TOPOLOGY, 'topology.keys.yaml': KEYS, ...files });
    return scene;
  }

  private constructor(github: GitHub) {
    this.github = github;
    this.wendy = new Person(github, 'wendy');
    this.sam = new Person(github, 'sam');
    this.events = new Events(github, this.wendy);
  }

  /** Runs the plan for a pull request as it is now. */
  async plan({ number }: Pull, step: Partial<Step> = {}): Promise<Ran> {
    const event = await this.events.pullRequestTarget(number);
    return runStep({ github: this.github, event, permissions: MAY_PLAN, action: 'plan', ...step });
  }

  /** The comments of the job. */
  async ours({ number }: Pull): Promise<readonly Comment[]> {
    return (await this.wendy.comments(number)).filter(({ user }) => user.login === 'github-actions[bot]');
  }

  /** The newest check of a commit, with its annotations. */
  async check(commit: string): Promise<{
    conclusion: string;
    title: string;
    summary: string;
    annotations: readonly CheckAnnotation[];
  }> {
    const { body } = await this.wendy.call(`GET commits/${commit}/check-runs`);
    const { check_runs } = body as {
      check_runs: { id: number; conclusion: string; output: { title: string; summary: string } }[];
    };
    const run = check_runs.toSorted((a, b) => b.id - a.id)[0]!;
    const annotations = (this.github.state.annotations.get(run.id) ?? []) as unknown as CheckAnnotation[];
    return { conclusion: run.conclusion, ...run.output, annotations };
  }
}

export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly annotation_level: string;
  readonly title: string;
  readonly message: string;
}
