import { githubFault } from './fault.ts';
import type { Event } from './event.ts';

export const COMMANDS = [
  'plan',
  'deploy',
  'report',
  'rehearse',
  'command',
  'drift',
  'rollback',
  'freeze',
  'unfreeze',
] as const;
export type Command = (typeof COMMANDS)[number];

/** The command that the input names; `auto` goes by the event. */
export function commandOf(input: string, event: Event, defaultBranch: string): Command {
  if (input === 'auto') {
    const asked = event.kind === 'dispatch' ? event.command : undefined;
    return asked === undefined || asked === 'auto'
      ? byEvent(event, defaultBranch)
      : commandOf(asked, event, defaultBranch);
  }
  const command = COMMANDS.find((each) => each === input);
  if (command !== undefined) return command;
  throw githubFault({
    code: 'github/input',
    step: 'choose the command',
    cause: `there is no command ${JSON.stringify(input.slice(0, 40))}`,
    hint: `write auto, ${COMMANDS.join(', ')}`,
  });
}

function byEvent(event: Event, defaultBranch: string): Command {
  switch (event.kind) {
    case 'pull-request':
    case 'merge-group':
      return 'plan';
    case 'push':
      if (event.ref === `refs/heads/${defaultBranch}`) return 'deploy';
      throw unsuited(
        `a push to ${event.ref}`,
        `start the workflow for pushes to ${defaultBranch} alone: only what is there is deployed`,
      );
    case 'comment':
      return 'command';
    case 'schedule':
      return 'drift';
    case 'dispatch':
    case 'other':
      throw unsuited(
        event.kind === 'other' ? `the event ${event.name}` : `the event ${EVENTS[event.kind]}`,
        `name the command: ${COMMANDS.join(', ')}`,
      );
  }
}

const EVENTS = { dispatch: 'workflow_dispatch' };

function unsuited(what: string, hint: string): Error {
  return githubFault({
    code: 'github/event',
    step: 'choose the command',
    cause: `no command goes with ${what}`,
    hint,
  });
}
