import type { AppOutcome } from '../../core/model/github-app.ts';
import { FaultError } from '../../core/model/fault.ts';
import { githubFault } from '../github/fault.ts';
import { textAt } from '../json.ts';
import { environmentText, type Credentials } from './credentials.ts';
import type { AppPorts, AppRequest } from './ports.ts';
import { installPage, meet, type Repository } from './meet.ts';

const LIMIT_MS = 3_600_000;
const POLL_MS = 2_000;

/**
 * Makes the App of the webhook out of a manifest, by the browser of a person on this machine: what makes somebody the App comes here from
 * GitHub directly, and goes into one file. Then waits until the App is installed on the repository. Throws a FaultError.
 */
export async function registerApp(request: AppRequest, ports: AppPorts): Promise<AppOutcome> {
  const repository = await repositoryOf(request, ports);
  const file = await ports.reserve(request.file);
  const ended = new AbortController();
  const signal = AbortSignal.any([ports.signal, ended.signal]);
  let isKept = false;
  try {
    const { credentials, close } = await meet(request, repository, { ...ports, signal });
    try {
      const settings = {
        repository: repository.name,
        ...(request.api === undefined ? {} : { api: request.api }),
      };
      await file.write(environmentText(credentials, settings));
      isKept = true;
      ports.say(
        `made: the App ${credentials.slug}. Now install it, on ${repository.name} alone; the browser is there already.`,
      );
      const installation = await awaitInstallation(credentials, repository.name, { ...ports, signal });
      if (installation !== undefined)
        await file.write(environmentText(credentials, { ...settings, installation }));
      return {
        id: credentials.id,
        slug: credentials.slug,
        repository: repository.name,
        file: request.file,
        installPage: installPage(request.server, credentials),
        ...(installation === undefined ? {} : { installation }),
      };
    } finally {
      await close();
    }
  } finally {
    ended.abort();
    if (!isKept) await file.discard();
  }
}

async function repositoryOf({ place }: AppRequest, { admin }: AppPorts): Promise<Repository> {
  const found = await admin.read(place);
  const [name, owner] = [textAt(found, 'full_name'), textAt(found, 'owner', 'login')];
  // They become a line of a file, and a part of an address.
  if (name === undefined || owner === undefined || !/^[\w-]+\/[\w.-]+$/.test(name))
    throw githubFault({
      code: 'github/request',
      step: 'find the repository',
      cause: 'GitHub shows no such repository to you',
      hint: 'run it inside of a clone, or name it: --repo OWNER/NAME',
    });
  return { name, owner, isOfOrganization: textAt(found, 'owner', 'type') === 'Organization' };
}

/** Undefined when it was interrupted, or nobody installed it within an hour. */
async function awaitInstallation(
  credentials: Credentials,
  repository: string,
  { registry, clock, signal, say }: AppPorts,
): Promise<number | undefined> {
  const until = clock.now() + LIMIT_MS;
  let isTold = false;
  while (!signal.aborted && clock.now() < until) {
    try {
      const found = await registry.installation(credentials, repository);
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      if (!isTold)
        say(`GitHub did not say whether it is installed, and is asked again: ${error.fault.cause}`);
      isTold = true;
    }
    await clock.wait(POLL_MS, signal);
  }
  return undefined;
}
