import type { HostAnswer } from '../core/model/answer.ts';
import { FaultError, type Fault, type FaultCode } from '../core/model/fault.ts';
import { EXIT, hasBegun, isAnswer, parseAnswer, type AnswerFault, type Verb } from '../remote/protocol.ts';
import type { Session } from './ports.ts';

export interface Request {
  readonly verb: Verb;
  readonly args?: readonly string[];
  readonly payload?: string;
  readonly timeoutMs: number;
  /** Called, perhaps more than once, when the host goes on even if nobody follows it. */
  readonly onBegun?: () => void;
}

/** Sends one call and takes the answer apart, whatever its exit code. Throws a FaultError when it is no answer. */
export async function ask(session: Session, request: Request): Promise<HostAnswer> {
  const { verb, args = [], payload = '', timeoutMs, onBegun } = request;
  const watch = (stdout: string) => void (hasBegun(stdout) && onBegun?.());
  const answer = await session.call({ verb, args, payload, timeoutMs, ...(onBegun ? { watch } : {}) });
  const parsed = parseAnswer(verb, answer.stdout);
  if (isAnswer(parsed)) return parsed;
  if (/\bsudo: /.test(answer.stderr)) throw new FaultError(noSudo(session, verb, answer.stderr));
  throw new FaultError({
    code: parsed.kind === 'other-version' ? 'host/protocol-version' : 'host/answer-malformed',
    host: session.host,
    step: verb,
    command: `kuiil-host ${verb}`,
    excerpt: answer.stderr,
    cause: describe(parsed, answer.exitCode),
    ...(parsed.kind === 'other-version' ? { hint: `renew its helper: kuiil enrol ${session.host}` } : {}),
    stateNow: verb === 'snapshot' || verb === 'stage' ? 'unchanged' : 'not known',
  });
}

/** Whoever is not root gets there by `sudo -n`, which never asks for a password. */
function noSudo({ host }: Session, step: string, excerpt: string): Fault {
  return {
    code: 'host/preflight',
    host,
    step,
    command: 'sudo -n',
    excerpt,
    cause: 'the user that we log in as may not become root by sudo without a password',
    hint: 'allow it in /etc/sudoers.d (USER ALL=(root) NOPASSWD: ALL), or log in as root',
    stateNow: 'unchanged',
  };
}

/** As `ask`, but an exit code other than 0 throws. */
export async function demand(session: Session, request: Request): Promise<HostAnswer> {
  const answer = await ask(session, request);
  if (answer.code === EXIT.done) return answer;
  const failed = answer.sections.get('failed') ?? [];
  throw new FaultError({
    code: codeOf(answer.code),
    host: session.host,
    step: request.verb,
    command: lineAfter(failed, 'command') ?? `kuiil-host ${request.verb}`,
    excerpt: failed.length > 0 ? said(failed) : (answer.sections.get('did') ?? []).slice(-5).join('\n'),
    cause: `${lineAfter(failed, 'cause') ?? lineAfter(failed, 'step') ?? `exit code ${answer.code}`}${ownerOf(answer)}`,
    ...hintOf(failed),
    stateNow: (answer.sections.get('state') ?? []).join(' ') || 'not known',
  });
}

/** Who is in the way, where a host says that somebody is. */
function ownerOf({ code, sections }: HostAnswer): string {
  const owner = code === EXIT.busy ? lineAfter(sections.get('owner') ?? [], 'owner') : undefined;
  return owner === undefined ? '' : `, ${owner}`;
}

/** What the failed command printed. */
function said(failed: readonly string[]): string {
  const lines = failed.filter((line) => !/^(step|command|cause|hint) /.test(line));
  return lines.map((line) => line.replace(/^\| /, '')).join('\n');
}

function hintOf(failed: readonly string[]): { hint?: string } {
  const hint = lineAfter(failed, 'hint');
  return hint === undefined ? {} : { hint };
}

function codeOf(exit: number): FaultCode {
  if (exit === EXIT.busy) return 'host/busy';
  return exit === EXIT.refused ? 'host/preflight' : 'host/command-failed';
}

function lineAfter(lines: readonly string[], word: string): string | undefined {
  return lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
}

function describe(fault: AnswerFault, exitCode: number): string {
  switch (fault.kind) {
    case 'cut':
      return `its answer ends in the middle (exit code ${exitCode})`;
    case 'other-version':
      return `its kuiil-host speaks version ${fault.version} of the protocol, and this program another`;
    case 'not-an-answer':
      return fault.firstLine === ''
        ? `it answered nothing (exit code ${exitCode})`
        : 'it answered something else';
  }
}
