import { visible } from '../../core/report/escape.ts';
import { list } from '../../core/report/words.ts';
import type { Step } from './ports.ts';

/** From where jobs may use an environment, and read the key in it. */
export type DeploymentBranches =
  'all' | 'protected' | readonly { readonly name: string; readonly isBranch: boolean }[];

export interface Environments {
  /** Undefined where this job is not shown it. */
  branchesOf(environment: string): Promise<DeploymentBranches | undefined>;
}

interface Question {
  readonly environment: string;
  readonly defaultBranch: string;
}

/** Says when others than the default branch may use the environment that holds the key. It decides nothing: what was deployed was reviewed. */
export async function tellWhoMayDeploy(
  { environment, defaultBranch }: Question,
  { environments, step }: { readonly environments: Environments; readonly step: Step },
): Promise<void> {
  const name = visible(environment);
  const branches = await environments.branchesOf(environment);
  if (branches === undefined) {
    step.log(
      `This job is not shown from which branches the environment ${name} may be used: with actions: read it is. It should be ${visible(defaultBranch)} alone.`,
    );
    return;
  }
  const others = othersIn(branches, defaultBranch);
  if (others.length === 0) return;
  step.warn(
    `the environment ${name} may be used by ${list(others, 5)}: whoever can push there can read its key. Restrict its deployment branches to ${visible(defaultBranch)}, or let \`kuiil github setup\` do it`,
  );
}

function othersIn(branches: DeploymentBranches, defaultBranch: string): readonly string[] {
  if (branches === 'all') return ['every branch'];
  if (branches === 'protected') return ['every protected branch'];
  return branches
    .filter(({ name, isBranch }) => !isBranch || name !== defaultBranch)
    .map(({ name, isBranch }) => `the ${isBranch ? 'branch' : 'tag'} ${visible(name, 100)}`);
}
