import type { Answer, Call, Hosts, Route, Session } from '../../app/ports.ts';
import { escapeText, quote } from '../../core/model/escape.ts';
import { FaultError, type Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import { describeCall, invoke } from '../../remote/invocation.ts';
import { runProgram, type Ended } from '../local/process.ts';

export interface OpenSshOptions {
  /** The text of kuiil-host. */
  readonly script: string;
  /** What `ssh` is told for a host, where it is not the topology's address: a name in ~/.ssh/config, or `user@address`. */
  readonly targets: ReadonlyMap<HostName, string>;
  /** Logs in as somebody else than the topology says. */
  readonly user?: string;
}

/**
 * Hosts by the administrator's own OpenSSH: their ~/.ssh/config, agent, known_hosts and jump hosts. It asks
 * nothing: what would need a password or a look at a fingerprint fails, with the command that settles it.
 */
export function openSshHosts(options: OpenSshOptions): Hosts {
  return {
    open: async (route) => session(route, await resolve(route, options), options.script),
    close: async () => undefined,
  };
}

/** How `ssh` is called for a host, and as whom it logs in there. */
interface Target {
  readonly words: readonly string[];
  readonly user: string;
}

const BATCH = [
  '-T',
  '-o',
  'BatchMode=yes',
  '-o',
  'ConnectTimeout=10',
  '-o',
  'ClearAllForwardings=yes',
] as const;
const LOCAL_MS = 10_000;

async function resolve(route: Route, { targets, user }: OpenSshOptions): Promise<Target> {
  const named = targets.get(route.host);
  // Behind the double dash nothing is taken for an option, whatever a file says.
  const words =
    named === undefined
      ? ['-p', String(route.port), '-l', user ?? route.user, '--', route.address]
      : [...(user === undefined ? [] : ['-l', user]), '--', named];
  const ended = await runProgram({ argv: ['ssh', '-G', ...words], stdin: '', timeoutMs: LOCAL_MS });
  const login = /^user (\S+)$/m.exec(ended.stdout)?.[1];
  if (ended.code === 0 && login !== undefined) return { words, user: login };
  throw new FaultError(fault(route, ended, { step: 'connect', command: shown(words) }));
}

function session(route: Route, target: Target, script: string): Session {
  return {
    host: route.host,
    call: (call) => answer({ route, target, script, call }),
    close: () => undefined,
  };
}

interface Calling {
  readonly route: Route;
  readonly target: Target;
  readonly script: string;
  readonly call: Call;
}

async function answer({ route, target, script, call }: Calling): Promise<Answer> {
  const { command, stdin } = invoke({ ...call, helper: { kind: 'sent', script }, user: target.user });
  const ended = await runProgram({
    argv: ['ssh', ...BATCH, ...target.words, command],
    stdin,
    timeoutMs: call.timeoutMs,
  });
  const { stdout, stderr, code } = ended;
  // An answer is an answer, whatever ssh says after it.
  if (code !== undefined && (code !== SSH_FAILED || stdout.startsWith('kuiil '))) {
    if (stdout === '' && /^sudo: /m.test(stderr)) throw new FaultError(noSudo(route, target, stderr));
    return { stdout, stderr, exitCode: code };
  }
  throw new FaultError(fault(route, ended, { step: call.verb, command: describeCall(call) }));
}

/** ssh(1): "or with 255 if an error occurred". */
const SSH_FAILED = 255;

function fault(route: Route, ended: Ended, at: { readonly step: string; readonly command: string }): Fault {
  const said = ended.failure ?? lastLine(ended.stderr) ?? `ssh ended with ${ended.code ?? 'a signal'}`;
  return {
    code: codeOf(ended.stderr),
    host: route.host,
    ...at,
    cause: `your ssh could not log in: ${quote(said)}`,
    hint: hintOf(ended.stderr, route),
    stateNow: 'nothing is known to have run on it',
  };
}

function codeOf(stderr: string): Fault['code'] {
  if (/host key verification failed|REMOTE HOST IDENTIFICATION/i.test(stderr)) return 'ssh/host-key-unknown';
  return /permission denied|too many authentication/i.test(stderr) ? 'ssh/authentication' : 'ssh/unreachable';
}

function hintOf(stderr: string, { host, address }: Route): string {
  const name = escapeText(address, 100);
  if (/permission denied|host key verification failed/i.test(stderr)) {
    return `log in once by hand with \`ssh ${name}\`, compare the fingerprint, and run this again`;
  }
  return `name what your ssh calls it with \`--as ${host}=NAME\`; a host that you cannot reach is let in by \`kuiil bootstrap ${host}\``;
}

function noSudo(route: Route, { user }: Target, stderr: string): Fault {
  return {
    code: 'ssh/authentication',
    host: route.host,
    step: 'connect',
    cause: `${quote(user)} may not use sudo there without a password: ${quote(lastLine(stderr) ?? '')}`,
    hint: 'log in as root, or as a user whom sudoers lets do everything without a password: `--user NAME`',
    stateNow: 'nothing was changed on it',
  };
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}

function shown(words: readonly string[]): string {
  return escapeText(['ssh', ...words].join(' '), 200);
}
