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

  propose(proposal: Proposal): Promise<Proposed> {
    const there = this.all.find(({ branch }) => branch === proposal.branch);
    if (there) return Promise.resolve(there);
    const number = this.mayOpen ? 100 + this.all.length : undefined;
    const head = number === undefined ? proposal.tip : this.#repository.open(number, proposal.files);
    const made = { ...proposal, number, head, link: `https://github.example/compare/${proposal.branch}` };
    this.all.push(made);
    return Promise.resolve(made);
  }
}
