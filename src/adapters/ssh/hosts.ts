import { createHash } from 'node:crypto';
import type { Answer, Call, Hosts, Route, Session } from '../../app/ports.ts';
import { FaultError } from '../../core/model/fault.ts';
import { describeCall, invoke, isThere, keptText, type Helper } from '../../remote/invocation.ts';
import { wantsScript } from '../../remote/protocol.ts';
import { Dialler, type Dialled, type DialLimits } from './dialler.ts';
import { CallError } from './failure.ts';
import { callFault } from './faults.ts';
import type { Identity } from './identity.ts';
import { parseIdentity } from './login.ts';
import { run } from './run.ts';

export interface SshOptions extends Partial<DialLimits> {
  readonly identity: Identity;
  /** The text of `kuiil-host.sh`. */
  readonly script: string;
  /** Default `sent`: the script travels with each call. `installed`: a forced command on the hosts runs it. */
  readonly helper?: Helper['kind'];
}

const LIMITS: DialLimits = { connectTimeoutMs: 15_000, directHandshakes: 64, perJumpHandshakes: 8 };

/** An answer lists routes and rules; 10,000 hosts are far below it. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_STDERR_BYTES = 8 * 1024;

/** The hosts over SSH. Throws the `ssh/no-identity` fault when a key cannot be used. */
export function sshHosts({ identity, script, helper: kind = 'sent', ...limits }: SshOptions): Hosts {
  const helper: Helper = kind === 'sent' ? { kind, script } : { kind };
  const dialler = new Dialler(parseIdentity(identity), { ...LIMITS, ...limits });
  return {
    open: async (route) => session(route, await dialler.dial(route), helper),
    close: () => dialler.close(),
  };
}

function session(route: Route, { link, release }: Dialled, helper: Helper): Session {
  return {
    host: route.host,
    call: (call) => answer({ call, route, helper, link }),
    close: release,
  };
}

interface Calling {
  readonly call: Call;
  readonly route: Route;
  readonly helper: Helper;
  readonly link: Dialled['link'];
}

/** A host that is staged to keeps the script: one that has it already is not sent it again. */
async function answer(calling: Calling): Promise<Answer> {
  const { call, helper } = calling;
  if (call.verb !== 'stage' || helper.kind !== 'sent') return callOnce(calling);
  const args = [...call.args, isThere(keptDigest(helper.script))];
  const asked = await callOnce({ ...calling, call: { ...call, args } });
  return wantsScript(asked.stdout) ? callOnce(calling) : asked;
}

function keptDigest(script: string): string {
  return createHash('sha256').update(keptText(script)).digest('hex');
}

async function callOnce({ call, route, helper, link }: Calling): Promise<Answer> {
  const { command, stdin } = invoke({ ...call, helper, user: route.user });
  try {
    return await run(link, {
      command,
      stdin,
      timeoutMs: call.timeoutMs,
      maxStdoutBytes: MAX_ANSWER_BYTES,
      maxStderrBytes: MAX_STDERR_BYTES,
      ...(call.watch ? { watch: call.watch } : {}),
    });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { failure, stderr } = error;
    const facts = { host: route.host, verb: call.verb, command: describeCall(call), failure, stderr };
    throw new FaultError(callFault(facts));
  }
}
