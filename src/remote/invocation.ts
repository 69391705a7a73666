import { compact } from './compact.ts';
import { excerpt } from './excerpt.ts';

/** How the host finds the script: sent along on standard input, or already there behind a forced command. */
export type Helper = { readonly kind: 'sent'; readonly script: string } | { readonly kind: 'installed' };

/** What goes over the wire for one call. */
export interface Invocation {
  readonly command: string;
  readonly stdin: string;
}

/** One call, and the circumstances it is made in. */
export interface Request {
  readonly verb: string;
  readonly args: readonly string[];
  readonly payload: string;
  readonly helper: Helper;
  /** The user we log in as; anybody but root goes through `sudo -n`. */
  readonly user: string;
}

/**
 * Turns a call into a remote command and its standard input. The command holds plain words and one
 * single-quoted one without quotes, backslashes or `!`, because the login shell that splits it may be any: sh, bash, fish, csh.
 */
export function invoke(request: Request): Invocation {
  const words = ['kuiil-host', request.verb, ...request.args];
  for (const word of words) requirePlain(word);
  const call = words.map(shellQuote).join(' ');
  const sudo = request.user === 'root' ? '' : 'sudo -n ';
  if (request.helper.kind === 'installed') return { command: sudo + call, stdin: request.payload };
  const { read, text } = sent(request.helper.script, request);
  return { command: `${sudo}bash --norc -c ${shellQuote(read)} ${call}`, stdin: text + request.payload };
}

/** What was called, as a person would type it; for messages. */
export function describeCall(call: { readonly verb: string; readonly args: readonly string[] }): string {
  return ['kuiil-host', call.verb, ...call.args].join(' ');
}

/** One word for a POSIX shell, unchanged where nothing needs quoting. */
export function shellQuote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const PLAIN = /^[A-Za-z0-9._:/=+-]+$/;

function requirePlain(word: string): void {
  if (!PLAIN.test(word)) throw new Error(`not an argument of kuiil-host: ${JSON.stringify(word)}`);
}

// These leave the script on the host, where people read it, unless they only ask whether it is there.
const KEEPING = ['stage', 'enrol', 'pin'];
const IS_THERE = 'script=';

/** The argument of `stage` that spares sending the script to a host that has it: the sha256 of {@link keptText}. A host that has another says `wanted`. */
export function isThere(sha256: string): string {
  return `${IS_THERE}${sha256}`;
}

/** What a host keeps of the script, byte for byte. */
export const keptText = whole;

/** A script on its way: what takes it from standard input, and what comes there before the payload. */
interface Sent {
  readonly read: string;
  readonly text: string;
}

const known = new Map<string, Sent>();

function sent(script: string, { verb, args }: Pick<Request, 'verb' | 'args'>): Sent {
  const isKept = KEEPING.includes(verb) && !args.some((arg) => arg.startsWith(IS_THERE));
  const key = `${isKept ? '' : verb}\n${script}`;
  const ready = known.get(key) ?? bootstrap(whole(isKept ? script : compact(excerpt(script, verb))));
  known.set(key, ready);
  return ready;
}

// A connection that dies while the script is on its way leaves a part of it, and a shell runs the part. It parses
// a group to its closing brace before it runs any of it.
function whole(script: string): string {
  return `{\n${script}\n}\n`;
}

// With a socket as standard input, as sshd gives it, bash takes itself for a remote shell and reads ~/.bashrc (bash(1), "network").
// `read -N` asks read(2) for no more than what is missing, so the payload stays in the pipe; in the C locale it counts bytes.
function bootstrap(text: string): Sent {
  const bytes = new TextEncoder().encode(text).length;
  return { read: `LC_ALL=C; IFS= read -rN ${bytes} SELF; eval "$SELF"`, text };
}
