import { nowSeconds, time } from './bed.ts';
import type { Answer, Json } from './emulator.ts';
import { Git } from './git.ts';
import type { GitHub } from './github.ts';

export interface Pull {
  readonly number: number;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly merge_commit_sha: string;
}
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string; readonly type: string };
  readonly created_at: string;
  readonly updated_at: string;
}
/** Text by path, or null for a file that goes. */
export type Changes = Readonly<Record<string, string | null>>;

/** What people do on GitHub, by its own API and with a token of theirs. */
export class Person {
  readonly login: string;
  private readonly github: GitHub;
  private readonly token: string;

  constructor(github: GitHub, login: string) {
    this.github = github;
    this.login = login;
    this.token = github.tokens.mint({ kind: 'person', login });
  }

  /** `POST issues/1/comments` and the like, within the repository. */
  call(request: string, body?: Json): Promise<Answer> {
    const { url, owner, repo } = this.github;
    const path = request.replace(' ', ` ${url}/repos/${owner}/${repo}/`).replace(/\/$/, '');
    return callGitHub(this.token, path, body);
  }

  /** A commit on a branch, which starts at main when it is new. */
  async push(branch: string, changes: Changes, message = 'change'): Promise<string> {
    const { git } = this.github;
    const parent = (await git.tip(`heads/${branch}`)) ?? (await git.tip('heads/main'))!;
    const sha = await git.commit(await this.commitOf(git, parent, changes, message));
    await git.point(`heads/${branch}`, sha);
    return sha;
  }

  async openPull(branch: string, changes: Changes, title = branch): Promise<Pull> {
    await this.push(branch, changes, title);
    return (await this.must('POST pulls', { title, head: branch, base: 'main' })) as Pull;
  }

  /** A pull request from a fork of this person's: its commits are none of the repository's branches. */
  async openForkPull(branch: string, changes: Changes): Promise<Pull> {
    const { bed, git, owner, repo } = this.github;
    await bed.emulator.ask(this.login, `POST /repos/${owner}/${repo}/forks`, {});
    const fork = new Git(bed.emulator, this.login, `${this.login}/${repo}`);
    const commit = await this.commitOf(git, (await git.tip('heads/main'))!, changes, branch);
    const sha = await git.commit(commit);
    await fork.commit({ ...commit, parents: [] });
    await fork.point(`heads/${branch}`, (await fork.tip('heads/main'))!);
    const pull = (await this.must('POST pulls', {
      title: branch,
      head: `${this.login}:${branch}`,
      base: 'main',
    })) as Pull;
    await git.point(`pull/${pull.number}/head`, sha);
    return this.pull(pull.number);
  }

  async pull(number: number): Promise<Pull> {
    return (await this.must(`GET pulls/${number}`)) as Pull;
  }

  /** Merges, and answers the commit on main. */
  async merge(number: number, method: 'merge' | 'squash' = 'merge'): Promise<string> {
    const made = await this.must(`PUT pulls/${number}/merge`, { merge_method: method });
    return (made as { sha: string }).sha;
  }

  async comment(number: number, body: string): Promise<Comment> {
    return (await this.must(`POST issues/${number}/comments`, { body })) as Comment;
  }

  async edit(comment: number, body: string): Promise<Comment> {
    return (await this.must(`PATCH issues/comments/${comment}`, { body })) as Comment;
  }

  async comments(number: number): Promise<readonly Comment[]> {
    return (await this.must(`GET issues/${number}/comments?per_page=100`)) as Comment[];
  }

  private async commitOf(git: Git, parent: string, changes: Changes, message: string) {
    const files = new Map(await git.files(parent));
    for (const [path, text] of Object.entries(changes)) {
      if (text === null) files.delete(path);
      else files.set(path, text);
    }
    const author = { name: this.login, email: `${this.login}@example.com`, date: time(nowSeconds()) };
    return { message, files, parents: [parent], author };
  }

  private async must(request: string, body?: Json): Promise<unknown> {
    const answer = await this.call(request, body);
    if (answer.status >= 300)
      throw new Error(`${this.login}, ${request}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

export async function callGitHub(token: string, request: string, body?: Json): Promise<Answer> {
  const [method, url] = request.split(/ (.*)/s) as [string, string];
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'user-agent': 'kuiil-test',
      'x-github-api-version': '2022-11-28',
      accept: 'application/vnd.github+json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}
