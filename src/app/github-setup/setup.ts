import type { SetupOutcome } from '../../core/model/github-setup.ts';
import { FaultError } from '../../core/model/fault.ts';
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
  readonly admin: RepositoryAdmin;
  readonly keyring: Keyring;
}

/**
 * Makes a repository ready for the Action, and reads back what came of it. Only an environment that is restricted by then is given
 * its key. What GitHub refuses is told, and the rest is done. Throws a FaultError where the repository cannot be looked at.
 */
export async function setUpRepository(request: SetupRequest, ports: SetupPorts): Promise<SetupOutcome> {
  const { place, isCheck } = request;
  const done: string[] = [];
  const failed: { what: string; cause: string }[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
      done.push(what);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
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
