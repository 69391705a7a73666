import { answerComment, type CommandPorts } from '../command/answer-comment.ts';
import type { Pattern } from '../github/patterns.ts';
import { planPullRequest, type PlanPorts } from '../github/plan-pull-request.ts';
import type { PullRequest } from '../github/ports.ts';
import type { Task } from './delivery.ts';

export interface TaskPorts extends PlanPorts {
  readonly commands: Omit<CommandPorts, 'plan'>;
  /** The open pull requests into a branch, at most so many, the last changed first. */
  readonly open: (branch: string) => Promise<readonly { readonly number: number; readonly head: string }[]>;
}

export interface Settings {
  readonly patterns: readonly Pattern[];
  /** What comments and checks name as the place where they were made. */
  readonly link: string;
}

/** Does what a delivery asks for, under the App's own identity; answers in one line what came of it. No host is dialled. */
export async function carryOut(task: Task, { patterns, link }: Settings, ports: TaskPorts): Promise<string> {
  const message = async (number: number, head: string): Promise<string> => {
    const event = { kind: 'pull-request', number, head } as const;
    return (await planPullRequest({ event, patterns, comment: true, run: link }, ports)).message;
  };
  const plan = async (number: number, head: string) => `#${number}: ${await message(number, head)}`;
  switch (task.kind) {
    case 'plan':
      return plan(task.pullRequest, task.head);
    case 'plan-all': {
      const pulls = await ports.open(task.branch);
      const said: string[] = [];
      // One after the other: GitHub limits who writes much at once.
      for (const { number, head } of pulls) said.push(await plan(number, head));
      return said.length === 0 ? 'no pull request is open' : said.join('; ');
    }
    case 'command': {
      const commands = { ...ports.commands, plan: ({ number, head }: PullRequest) => message(number, head) };
      const outcome = await answerComment(task, commands);
      return `comment ${task.comment}: ${outcome.kind === 'ignored' ? `nothing was done, ${outcome.why}` : outcome.kind}`;
    }
  }
}
