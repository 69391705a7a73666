import { escapeText } from '../../core/model/escape.ts';
import { FaultError } from '../../core/model/fault.ts';
import { prose } from '../../core/report/escape-markdown.ts';
import type { Authority, Comment, PullRequest } from '../github/ports.ts';
import { COMMANDS_HELP, readComment, type Asked } from './grammar.ts';

/** A comment as GitHub has it now, whatever an event said of it. */
export interface CommandComment extends Comment {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export type Reaction = 'eyes' | 'rocket' | 'confused' | '+1';

export interface CommandPorts {
  /** Undefined when it is gone. */
  readonly comment: (id: number) => Promise<CommandComment | undefined>;
  readonly pullRequest: (number: number) => Promise<PullRequest>;
  readonly authority: Authority;
  /** Answers whether the reaction is new. */
  readonly react: (comment: number, reaction: Reaction) => Promise<boolean>;
  readonly reply: (pullRequest: number, body: string) => Promise<void>;
  /** Plans a pull request here and now, where plans are told; answers in one sentence what came of it. */
  readonly plan: (pullRequest: PullRequest) => Promise<string>;
  /** Starts the workflow on the default branch; answers where its run can be seen. Undefined: it does not take these inputs. */
  readonly dispatch: (inputs: Readonly<Record<string, string>>) => Promise<string | undefined>;
  /** Milliseconds since the epoch, by the wall clock. */
  readonly today: () => number;
}

export interface CommandRequest {
  readonly pullRequest: number;
  readonly comment: number;
}

/** What came of a comment. Only `answered`, `refused` and `started` left a trace on GitHub. */
export type CommandOutcome =
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'answered' | 'refused' }
  | { readonly kind: 'started'; readonly run: string };

/** GitHub signs no time: a delivery that somebody kept and sends again later does nothing. */
const FRESH_MS = 15 * 60_000;
const SAID_BYTES = 500;

/**
 * Answers a comment that asks for something. Authority comes from the comment as it is now and from what its author may do now; a
 * delivery only says where to look. Answering the same comment again does nothing: the reaction to it is the memory.
 */
export async function answerComment(
  { pullRequest, comment: id }: CommandRequest,
  ports: CommandPorts,
): Promise<CommandOutcome> {
  const comment = await ports.comment(id);
  const why = await passedOver(comment, ports);
  if (why !== undefined || !comment) return { kind: 'ignored', why: why ?? 'it is gone' };
  const asked = readComment(comment.body);
  if (asked === undefined) return { kind: 'ignored', why: 'it asks for nothing' };
  // Before anything is started: two deliveries of one comment, or one that is sent again, must not start two runs.
  if (!(await ports.react(id, 'eyes'))) return { kind: 'ignored', why: 'it was answered before' };
  const answer = async (reaction: Reaction, reply?: string): Promise<void> => {
    await ports.react(id, reaction);
    if (reply !== undefined) await ports.reply(pullRequest, reply);
  };
  const reason = 'wrong' in asked ? asked.wrong : await unsuited(asked, pullRequest, ports);
  if ('wrong' in asked || reason !== undefined) {
    await answer('confused', refusal(comment.author.login, reason ?? ''));
    return { kind: 'refused' };
  }
  if (asked.verb === 'help' || asked.verb === 'accept') {
    await answer('+1', asked.verb === 'help' ? help() : undefined);
    return { kind: 'answered' };
  }
  if (asked.verb === 'plan') {
    const said = await planned(pullRequest, ports);
    await answer('+1', `\`/kuiil plan\`: ${prose(said, SAID_BYTES)}`);
    return { kind: 'answered' };
  }
  const run = await ports.dispatch(inputsOf(asked, pullRequest));
  if (run === undefined) {
    const why = `the workflow of this repository does not offer \`${asked.verb}\`: give it that choice and a job, as in examples/workflows/kuiil.yml of Kuiil`;
    await answer('confused', refusal(comment.author.login, why));
    return { kind: 'refused' };
  }
  await answer('rocket', `\`/kuiil ${asked.verb}\` runs: ${run}`);
  return { kind: 'started', run };
}

/** What is missing for a plan is told like what came of it. */
async function planned(pullRequest: number, { pullRequest: read, plan }: CommandPorts): Promise<string> {
  try {
    return await plan(await read(pullRequest));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { cause, hint } = error.fault;
    return hint === undefined ? cause : `${cause}; ${hint}`;
  }
}

/** Why a comment is nobody's command, in the order in which that is cheap to find out. */
async function passedOver(
  comment: CommandComment | undefined,
  ports: CommandPorts,
): Promise<string | undefined> {
  if (!comment) return 'it is gone';
  if (!comment.body.startsWith('/kuiil')) return 'it asks for nothing';
  if (!comment.author.isPerson || comment.app !== undefined) return 'it was not written by a person';
  if (comment.isEdited) return 'it was edited';
  if (comment.isHidden) return 'it is hidden';
  if (ports.today() - comment.createdAt > FRESH_MS) return 'it is older than 15 minutes';
  if (!(await ports.authority.mayWrite(comment.author.login))) return 'its author may not write';
  return undefined;
}

/** Why this command goes with no pull request in this state. */
async function unsuited(
  { verb }: Asked,
  pullRequest: number,
  ports: CommandPorts,
): Promise<string | undefined> {
  if (verb !== 'deploy' && verb !== 'plan' && verb !== 'rehearse') return undefined;
  const { isMerged } = await ports.pullRequest(pullRequest);
  if (verb === 'deploy') {
    return isMerged ? undefined : 'only what is merged is deployed: merge this pull request first';
  }
  return isMerged ? 'this pull request is merged: what it changes is deployed, or was' : undefined;
}

function inputsOf(asked: Asked, pullRequest: number): Readonly<Record<string, string>> {
  return {
    command: asked.verb,
    'pull-request': String(pullRequest),
    ...(asked.verb === 'rollback' ? { to: asked.to } : {}),
    ...(asked.verb === 'freeze' ? { reason: asked.reason } : {}),
  };
}

function refusal(login: string, reason: string): string {
  return `@${escapeText(login, 60)}: ${reason}. Nothing was started.\n\n${help()}`;
}

function help(): string {
  const rows = COMMANDS_HELP.map(([command, does]) => `| \`${command}\` | ${does} |`);
  return ['| command | does |', '| --- | --- |', ...rows, ''].join('\n');
}
