import { sha256 } from '../../src/app/digest.ts';
import type { Comment, Contents, DeploymentRecord, Folder, PullRequest } from '../../src/app/github/ports.ts';

type Files = Readonly<Record<string, string>>;

interface Commit {
  readonly files: Files;
  readonly parents: readonly string[];
  readonly at: string;
}

/** A repository and what people did in it, in memory. Of folders it knows the root. */
export class FakeRepository {
  readonly #commits = new Map<string, Commit>();
  readonly #comments = new Map<number, Comment[]>();
  readonly #pulls: { readonly pull: PullRequest; readonly commits: readonly string[] }[] = [];
  /** Test merges by pull request. */
  readonly #tests = new Map<number, string>();
  readonly writers = new Set<string>();
  readonly records: DeploymentRecord[] = [];
  main = '';

  /** A commit on main. */
  push(files: Files): string {
    return (this.main = this.#commit(files, this.main === '' ? [] : [this.main]));
  }

  /** A commit upon main that is on no branch, as one of a fork. */
  fork(files: Files): string {
    return this.#commit(files, [this.main]);
  }

  /** A pull request from main, merged at once as a merge commit; answers that. */
  merge(number: number, files: Files): string {
    const head = this.#commit(files, [this.main]);
    const base = this.main;
    this.main = this.#commit(files, [base, head]);
    const pull = { number, head, base: 'main', isMergeable: undefined, isMerged: true };
    this.#pulls.push({ pull, commits: [head, this.main] });
    return this.main;
  }

  /** A pull request from main of content that is there already; answers its commit. */
  open(
    number: number,
    files: readonly { readonly path: string; readonly sha: string | undefined }[],
  ): string {
    const texts = this.#texts();
    const changes = files.map(({ path, sha }) => [path, texts.find((text) => sha256(text) === sha)!]);
    const head = this.#commit(Object.fromEntries(changes) as Files, [this.main]);
    const pull = { number, head, base: 'main', isMergeable: true, isMerged: false };
    this.#pulls.push({ pull, commits: [head] });
    this.#tests.set(number, this.#commit({}, [this.main, head]));
    return head;
  }

  /** Merges what is open; answers the merge commit. */
  land(number: number): string {
    const at = this.#pulls.findIndex(({ pull }) => pull.number === number);
    const { pull } = this.#pulls[at]!;
    this.main = this.#commit({}, [this.main, pull.head]);
    this.#pulls[at] = { pull: { ...pull, isMerged: true }, commits: [pull.head, this.main] };
    return this.main;
  }

  comment(number: number, comment: Partial<Comment> & Pick<Comment, 'body'>): void {
    const all = this.#comments.get(number) ?? [];
    const author = { login: 'wendy', isPerson: true };
    all.push({ id: all.length, author, app: undefined, isEdited: false, isHidden: false, ...comment });
    this.#comments.set(number, all);
  }

  get ports() {
    return {
      contents: this.#contents(),
      pullRequests: {
        get: async (number: number) => this.#pulls.find(({ pull }) => pull.number === number)!.pull,
        ofCommit: async (commit: string) =>
          this.#pulls.filter(({ commits }) => commits.includes(commit)).map(({ pull }) => pull),
        comments: async (number: number) => this.#comments.get(number) ?? [],
      },
      authority: { mayWrite: async (login: string) => this.writers.has(login) },
      deployments: { record: async (record: DeploymentRecord) => void this.records.push(record) },
    };
  }

  #commit(files: Files, parents: readonly string[]): string {
    const at = new Date(this.#commits.size * 1000).toISOString();
    const sha = sha256(JSON.stringify([files, parents, at])).slice(0, 40);
    this.#commits.set(sha, {
      files: { ...this.#commits.get(parents.at(-1) ?? '')?.files, ...files },
      parents,
      at,
    });
    return sha;
  }

  #contents(): Contents {
    const commit = (sha: string): Commit => this.#commits.get(sha)!;
    return {
      tip: async () => this.main,
      reference: async (name) => this.#tests.get(Number(/^pull\/(\d+)\/merge$/.exec(name)?.[1])),
      parents: async (sha) => commit(sha).parents,
      isAncestor: async (sha, later) => this.#ancestors(later).has(sha),
      folder: async (sha, path): Promise<Folder | undefined> =>
        path === ''
          ? new Map(
              Object.entries(commit(sha).files).map(([name, text]) => [
                name,
                { kind: 'file' as const, sha: sha256(text), size: text.length },
              ]),
            )
          : undefined,
      blob: async (sha) => Buffer.from(this.#texts().find((text) => sha256(text) === sha)!),
      touching: async (path, from, limit) =>
        [...this.#ancestors(from)]
          .filter(([, { files, parents }]) =>
            parents.every((parent) => commit(parent).files[path] !== files[path]),
          )
          .map(([sha, { at }]) => ({ commit: sha, at }))
          .slice(0, limit),
    };
  }

  #texts(): readonly string[] {
    return [...this.#commits.values()].flatMap(({ files }) => Object.values(files));
  }

  /** The newest first. As git does, a merge that is equal to one of its parents changed nothing. */
  #ancestors(from: string): Map<string, Commit> {
    const seen = new Map<string, Commit>();
    const visit = (sha: string): void => {
      if (seen.has(sha)) return;
      seen.set(sha, this.#commits.get(sha)!);
      for (const parent of this.#commits.get(sha)!.parents) visit(parent);
    };
    visit(from);
    return new Map([...seen].toSorted(([, a], [, b]) => (a.at < b.at ? 1 : -1)));
  }
}
