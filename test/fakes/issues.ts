import type { Issue, Issues } from '../../src/app/github/ports.ts';

/** GitHub's issues in memory, written by one App; prints itself, so that a test reads what people would. */
export class FakeIssues implements Issues {
  readonly app = 15368;
  readonly bot = 'github-actions[bot]';
  readonly all: (Issue & { title: string; label: string; comments: string[] })[] = [];

  labelled(label: string): Promise<readonly Issue[]> {
    return Promise.resolve(this.all.filter((issue) => issue.label === label));
  }

  create({ title, body, label }: Parameters<Issues['create']>[0]): Promise<void> {
    this.plant({ title, body, label, isPerson: false });
    return Promise.resolve();
  }

  update(number: number, what: { readonly body: string; readonly isOpen: boolean }): Promise<void> {
    Object.assign(this.#find(number), what);
    return Promise.resolve();
  }

  comment(number: number, body: string): Promise<void> {
    this.#find(number).comments.push(body);
    return Promise.resolve();
  }

  /** An issue that somebody else may have written. */
  plant(issue: { title: string; body: string; label: string; isPerson: boolean }): void {
    const { isPerson, ...rest } = issue;
    this.all.push({
      ...rest,
      number: this.all.length + 1,
      isOpen: true,
      author: { login: isPerson ? 'mallory' : 'github-actions[bot]', isPerson },
      app: isPerson ? undefined : this.app,
      comments: [],
    });
  }

  /** `#1 open: 2 comments`, a line an issue. */
  print(): string {
    return this.all
      .map(({ number, isOpen, comments }) => `#${number} ${isOpen ? 'open' : 'closed'}: ${comments.length}`)
      .join('; ');
  }

  #find(number: number) {
    const issue = this.all.find((each) => each.number === number);
    if (!issue) throw new Error(`there is no issue ${number}`);
    return issue;
  }
}
