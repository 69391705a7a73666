import type { Json } from './emulator.ts';
import type { GitHub } from './github.ts';
import type { Comment, Person } from './person.ts';

/** What starts a workflow, as the runner hands it on. */
export interface GitHubEvent {
  readonly name: string;
  readonly payload: Json;
  readonly actor: string;
  readonly ref: string;
  readonly sha: string;
  readonly baseRef?: string;
  readonly headRef?: string;
}

/** Events of one repository, by one person. */
export class Events {
  private readonly github: GitHub;
  private readonly person: Person;

  constructor(github: GitHub, person: Person) {
    this.github = github;
    this.person = person;
  }

  /** Runs in the base repository, on its default branch, whatever the pull request holds. */
  async pullRequestTarget(number: number, action = 'opened'): Promise<GitHubEvent> {
    return {
      ...(await this.pullRequest(number, action)),
      name: 'pull_request_target',
      ...(await this.onMain()),
    };
  }

  async pullRequest(number: number, action = 'opened'): Promise<GitHubEvent> {
    const pull = (await this.get(`GET pulls/${number}`)) as { head: { ref: string }; base: { ref: string } };
    return {
      name: 'pull_request',
      payload: await this.payload({ action, number, pull_request: pull }),
      actor: this.person.login,
      ref: `refs/pull/${number}/merge`,
      sha: (await this.github.git.tip(`pull/${number}/merge`)) ?? '',
      baseRef: pull.base.ref,
      headRef: pull.head.ref,
    };
  }

  async mergeGroup(head: string): Promise<GitHubEvent> {
    const main = (await this.github.git.tip('heads/main'))!;
    const ref = `refs/heads/gh-readonly-queue/main/pr-1-${main}`;
    const group = { head_sha: head, head_ref: ref, base_sha: main, base_ref: 'refs/heads/main' };
    return {
      name: 'merge_group',
      payload: await this.payload({ action: 'checks_requested', merge_group: group }),
      actor: this.person.login,
      ref,
      sha: head,
    };
  }

  async push(before: string, after: string): Promise<GitHubEvent> {
    return {
      name: 'push',
      payload: await this.payload({
        ref: 'refs/heads/main',
        before,
        after,
        created: false,
        deleted: false,
        forced: false,
      }),
      actor: this.person.login,
      ref: 'refs/heads/main',
      sha: after,
    };
  }

  async issueComment(number: number, comment: Comment): Promise<GitHubEvent> {
    // The emulator keeps pull requests apart from issues; GitHub's event has the issue that a pull request is.
    const { url, title, state, user } = (await this.get(`GET pulls/${number}`)) as Json;
    const issue = { number, title, state, user, pull_request: { url } };
    const payload = await this.payload({ action: 'created', issue, comment });
    return { name: 'issue_comment', payload, actor: this.person.login, ...(await this.onMain()) };
  }

  async schedule(): Promise<GitHubEvent> {
    const payload = await this.payload({ schedule: '17 * * * *' });
    return { name: 'schedule', payload, actor: this.person.login, ...(await this.onMain()) };
  }

  async workflowDispatch(inputs: Json): Promise<GitHubEvent> {
    const payload = await this.payload({
      inputs,
      ref: 'refs/heads/main',
      workflow: '.github/workflows/kuiil.yml',
    });
    return { name: 'workflow_dispatch', payload, actor: this.person.login, ...(await this.onMain()) };
  }

  private async onMain() {
    return { ref: 'refs/heads/main', sha: (await this.github.git.tip('heads/main'))! };
  }

  private async payload(fields: Json): Promise<Json> {
    const repository = await this.get('GET ');
    const { login } = this.person;
    return { ...fields, repository, sender: { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' } };
  }

  private async get(request: string): Promise<unknown> {
    const { status, body } = await this.person.call(request);
    if (status !== 200) throw new Error(`${request}: ${status}`);
    return body;
  }
}
