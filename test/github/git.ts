import type { Answer, Emulator, Json } from './emulator.ts';
import { type Files, mergeFiles } from './merge.ts';

interface Identity {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}
export interface NewCommit {
  readonly message: string;
  readonly files: Files;
  readonly parents: readonly string[];
  readonly author: Identity;
}

/** Git of one repository in the emulator: trees as text by path, commits, refs. */
export class Git {
  private readonly emulator: Emulator;
  private readonly as: string;
  readonly fullName: string;

  constructor(emulator: Emulator, as: string, fullName: string) {
    this.emulator = emulator;
    this.as = as;
    this.fullName = fullName;
  }

  /** The commit of a ref such as `heads/main` or `pull/1/merge`, or undefined. */
  async tip(ref: string): Promise<string | undefined> {
    const { status, body } = await this.ask(`GET git/ref/${ref}`);
    return status === 200 ? (body as { object: { sha: string } }).object.sha : undefined;
  }

  async files(commit: string): Promise<Files> {
    const { tree } = (await this.must(`GET git/trees/${commit}?recursive=1`)) as {
      tree: { path: string; type: string; sha: string }[];
    };
    const blobs = tree.filter(({ type }) => type === 'blob');
    return new Map(
      await Promise.all(
        blobs.map(async ({ path, sha }) => {
          const { content } = (await this.must(`GET git/blobs/${sha}`)) as { content: string };
          return [path, Buffer.from(content, 'base64').toString()] as const;
        }),
      ),
    );
  }

  async commit({ message, files, parents, author }: NewCommit): Promise<string> {
    const entries = [...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', content }));
    const { sha: tree } = (await this.must('POST git/trees', { tree: entries })) as { sha: string };
    const made = await this.must('POST git/commits', { message, tree, parents, author, committer: author });
    return (made as { sha: string }).sha;
  }

  /** Points a ref at a commit, whether it is there or not. */
  async point(ref: string, sha: string): Promise<void> {
    if ((await this.tip(ref)) === undefined) await this.must('POST git/refs', { ref: `refs/${ref}`, sha });
    else await this.must(`PATCH git/refs/${ref}`, { sha, force: true });
  }

  /** The merge of `head` into `base`, both commits, or undefined on a conflict. */
  async merged(base: string, head: string): Promise<Files | undefined> {
    const compared = (await this.must(`GET compare/${base}...${head}`)) as {
      merge_base_commit: { sha: string };
    };
    const [was, ours, theirs] = await Promise.all(
      [compared.merge_base_commit.sha, base, head].map((each) => this.files(each)),
    );
    return mergeFiles(was!, ours!, theirs!);
  }

  /** The commits that `head` has and `base` has not. */
  async between(base: string, head: string): Promise<readonly string[]> {
    const { commits } = (await this.must(`GET compare/${base}...${head}`)) as { commits: { sha: string }[] };
    return commits.map(({ sha }) => sha);
  }

  private async must(request: string, body?: Json): Promise<unknown> {
    const answer = await this.ask(request, body);
    if (answer.status >= 300) throw new Error(`${request}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  private ask(request: string, body?: Json): Promise<Answer> {
    return this.emulator.ask(this.as, request.replace(' ', ` /repos/${this.fullName}/`), body);
  }
}
