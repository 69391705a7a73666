import type { Event } from '../github/event.ts';
import { githubFault } from '../github/fault.ts';
import type { Ended } from '../github/ports.ts';
import { answerComment, type CommandOutcome, type CommandPorts } from './answer-comment.ts';

/** The door that needs no server: a workflow that starts for each comment. */
export async function answerForAction(event: Event, ports: CommandPorts): Promise<Ended> {
  if (event.kind !== 'comment') {
    throw githubFault({
      code: 'github/event',
      step: 'answer a comment',
      cause: 'a command stands in a comment, and this event is none',
      hint: 'start the workflow on issue_comment, type created',
    });
  }
  const outcome = await answerComment(event, ports);
  return { isFailure: false, message: told(outcome), outputs: { outcome: outcome.kind } };
}

function told(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case 'ignored':
      return `nothing was done: ${outcome.why}`;
    case 'answered':
      return 'the comment was answered';
    case 'refused':
      return 'the command was refused, and the reply says why';
    case 'started':
      return `started ${outcome.run}`;
  }
}
