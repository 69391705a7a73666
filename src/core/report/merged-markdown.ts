import type { Deployment } from '../model/outcome.ts';
import { size } from './budget.ts';
import { deploymentMarkdown } from './deployment-markdown.ts';
import { code, prose } from './escape-markdown.ts';
import { acceptComments } from './pull-request.ts';
import { timelineMarkdown } from './timeline.ts';

/** What is told of a deployment after a merge. */
export interface MergedFacts {
  readonly file: string;
  readonly deployment: Deployment;
  /** The pull requests that are deployed. */
  readonly pulls: readonly number[];
  /** Markdown about what differs from the reviewed plan; empty where nothing does. */
  readonly difference: string;
  /** Why comments that accept something do not count, a sentence each. */
  readonly passedOver: readonly string[];
}

/** The small parts whole, and of the deployment what fits beside them, of at most `budget` bytes. */
export function mergedMarkdown(facts: MergedFacts, budget: number): string {
  const { file, deployment, pulls, difference } = facts;
  const small = [
    difference,
    acceptance(deployment, pulls),
    passedOver(facts.passedOver),
    deployment.phases.size > 1 ? timelineMarkdown(deployment.phases) : '',
  ];
  return fileMarkdown({ file, small, budget }, (room) => deploymentMarkdown(deployment, room));
}

interface Parts {
  readonly file: string;
  readonly small: readonly string[];
  readonly budget: number;
}

/** A title, a part that takes the room that is there, and small ones behind it. */
export function fileMarkdown({ file, small, budget }: Parts, large: (room: number) => string): string {
  const title = `### Kuiil: ${code(file)}\n`;
  const parts = small.filter((part) => part !== '');
  const taken = parts.reduce((sum, part) => sum + size(part) + 1, size(title) + 1);
  return [title, large(budget - taken), ...parts].join('\n');
}

/** How what was refused for its dangers is accepted. */
function acceptance({ outcome, plan: step }: Deployment, pulls: readonly number[]): string {
  if (outcome !== 'refused' || !step || step.dangers.length === 0) return '';
  const where = pulls.length === 0 ? 'the pull request' : pulls.map((number) => `#${number}`).join(' or ');
  return [
    `To accept what is dangerous, somebody who may write writes a new comment on ${where}, and runs this job again:\n`,
    '```',
    ...acceptComments(step),
    '```\n',
  ].join('\n');
}

function passedOver(sentences: readonly string[]): string {
  return sentences.length === 0
    ? ''
    : `${sentences
        .slice(0, 20)
        .map((each) => `- ${prose(each, 300)}`)
        .join('\n')}\n`;
}
