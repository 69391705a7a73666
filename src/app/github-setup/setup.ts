import type { SetupOutcome } from '../../core/model/github-setup.ts';
import { FaultError } from '../../core/model/fault.ts';
import { githubFault } from '../github/fault.ts';
import type { Keyring, Role } from '../enrol/keyring.ts';
import { isRestricted, judge } from './judge.ts';
import type { Choices } from './judged.ts';
import { look, type Seen } from './look.ts';
import type { RepositoryAdmin } from './ports.ts';
import { ENVIRONMENTS } from './wanted.ts';

export interface SetupRequest extends Choices {
  /** `repos/owner/name`. */
  readonly place: string;
  /** Changes nothing. */
  readonly isCheck: boolean;
  /** Files with private keys of the user's own, instead of those of the keyring. */
  readonly identities: Readonly<Partial<Record<Role, string>>>;
}

export interface SetupPorts {
  /** Ends it: nothing is changed any more. */
  readonly signal: AbortSignal;
  readonly admin: RepositoryAdmin;
  readonly keyring: Keyring;
}

/**
 * Makes a repository ready for the Action, and reads back what came of it. Only an environment that is restricted by then is given
 * its key. What GitHub refuses is told, and the rest is done. Throws a FaultError where the repository cannot be looked at, or when
 * it is interrupted.
 */
export async function setUpRepository(request: SetupRequest, ports: SetupPorts): Promise<SetupOutcome> {
  const done: string[] = [];
  try {
    return await carryOut(request, ports, done);
  } catch (error) {
    throw ports.signal.aborted && error instanceof FaultError ? interrupted(done) : error;
  }
}

async function carryOut(request: SetupRequest, ports: SetupPorts, done: string[]): Promise<SetupOutcome> {
  const { place, isCheck } = request;
  const failed: { what: string; cause: string }[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
      done.push(what);
    } catch (error) {
      if (!(error instanceof FaultError) || ports.signal.aborted) throw error;
      failed.push({ what, cause: error.fault.cause });
    }
  };
  let seen = await look(ports.admin, place);
  if (!isCheck) {
    for (const { mend } of judge(seen, request)) {
      if (!mend) continue;
      await attempt(mend.what, async () => {
        for (const each of mend.requests) await ports.admin.write(each);
      });
    }
    seen = await look(ports.admin, place);
    done.push(...(await giveKeys({ ...request, seen, attempt }, ports)));
    seen = await look(ports.admin, place);
  }
  const { repository, branch } = seen;
  const findings = judge(seen, request).map(({ finding }) => finding);
  return { repository, branch, isCheck, done, failed, findings };
}

function interrupted(done: readonly string[]): FaultError {
  const soFar = done.length === 0 ? 'before anything was done' : `after this was done: ${done.join('; ')}`;
  return githubFault({
    code: 'github/request',
    step: 'set the repository up',
    cause: `it was interrupted, ${soFar}`,
    hint: 'run it again to go on, or with --check to see what is left',
  });
}

interface Giving extends SetupRequest {
  readonly seen: Seen;
  readonly attempt: (what: string, work: () => Promise<void>) => Promise<void>;
}

/** Answers what was left as it is: on another machine than the one that enrolled, a new key would take the place of the one that hosts let in. */
async function giveKeys(
  { seen, attempt, identities }: Giving,
  { admin, keyring }: SetupPorts,
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const { environment, name, role } of ENVIRONMENTS) {
    if (!isRestricted(seen, environment)) continue;
    const secret = `secret ${name} of environment ${environment}`;
    const isThere = seen.environments.get(environment)?.secrets.includes(name) === true;
    if (isThere && identities[role] === undefined && !(await keyring.has(role))) {
      kept.push(`${secret}: kept, since the key that hosts let in is not on this machine`);
      continue;
    }
    await attempt(secret, async () => {
      const file = identities[role] ?? (await keyring.current(role)).file;
      await admin.giveSecret({ repository: seen.repository, environment, name, file });
    });
  }
  return kept;
}
