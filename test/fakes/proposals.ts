import type { Proposal, Proposals, Proposed } from '../../src/app/github/ports.ts';
import type { FakeRepository } from './repository.ts';

/** Pull requests that are proposed to a repository in memory; one a branch, as GitHub has it, numbered from 100. */
export class FakeProposals implements Proposals {
  readonly all: (Proposal & Proposed)[] = [];
  readonly #repository: FakeRepository;
  /** Whether the repository lets workflows open pull requests. */
  mayOpen = true;

  constructor(repository: FakeRepository) {
    this.#repository = repository;
  }

  /** Closed, with what was said. */
  readonly retired = new Map<number, string>();

  propose(proposal: Proposal): Promise<Proposed> {
    const there = this.all.find(({ branch }) => branch === proposal.branch);
    if (there) return Promise.resolve(there);
    const number = this.mayOpen ? 100 + this.all.length : undefined;
    const head = number === undefined ? proposal.tip : this.#repository.open(number, proposal.files);
    const made = { ...proposal, number, head, link: `https://github.example/compare/${proposal.branch}` };
    this.all.push(made);
    return Promise.resolve(made);
  }

  isKnown({ branch }: Pick<Proposal, 'branch'>): Promise<boolean> {
    return Promise.resolve(this.all.some((each) => each.branch === branch));
  }

  async open(): Promise<readonly { readonly number: number; readonly branch: string }[]> {
    const all = this.all.flatMap(({ number, branch }) => (number === undefined ? [] : [{ number, branch }]));
    const { get } = this.#repository.ports.pullRequests;
    const pulls = await Promise.all(all.map(({ number }) => get(number)));
    return all.filter(({ number }, i) => !pulls[i]!.isMerged && !this.retired.has(number));
  }

  retire(number: number, why: string): Promise<void> {
    this.retired.set(number, why);
    return Promise.resolve();
  }
}
