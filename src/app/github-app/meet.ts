import type { FaultError } from '../../core/model/fault.ts';
import { githubFault } from '../github/fault.ts';
import type { Credentials } from './credentials.ts';
import { desk, RETURN_PATH } from './desk.ts';
import { manifestOf } from './manifest.ts';
import type { AppPorts, AppRequest } from './ports.ts';

export interface Repository {
  readonly name: string;
  readonly owner: string;
  readonly isOfOrganization: boolean;
}

/** GitHub's: the code is good for as long. */
const LIMIT_MS = 3_600_000;

/** Serves the page, and waits for who comes back from GitHub. Until it is closed, whoever comes again is told so. */
export async function meet(request: AppRequest, repository: Repository, ports: AppPorts) {
  const { owner, name, isOfOrganization } = repository;
  const [nonce, state] = [ports.secret(), ports.secret()];
  const account = isOfOrganization ? `/organizations/${encodeURIComponent(owner)}` : '';
  // The manifest names the port, which is known once it is open.
  let front: ReturnType<typeof desk> | undefined;
  const door = await ports.openDoor(request.port, (asked) => front!.answer(asked));
  front = desk({
    nonce,
    state,
    form: {
      action: `${request.server}${account}/settings/apps/new?state=${state}`,
      manifest: manifestOf({
        hook: request.hook,
        home: `${request.server}/${name}`,
        redirect: `http://127.0.0.1:${door.port}${RETURN_PATH}`,
      }),
      owner,
    },
    registry: ports.registry,
    next: (credentials) => installPage(request.server, credentials),
    say: ports.say,
  });
  try {
    ports.say(
      `Open this page on this machine, in a browser that is logged in to GitHub ${isOfOrganization ? `as an owner of ${owner}` : `as ${owner}`}:`,
    );
    ports.say(`  http://127.0.0.1:${door.port}/${nonce}`);
    const credentials = await Promise.race([front.credentials, giveUp(ports)]);
    if (credentials.owner.toLowerCase() !== owner.toLowerCase()) throw foreign(credentials, owner);
    return { credentials, close: () => door.close() };
  } catch (error) {
    await door.close();
    throw error;
  }
}

async function giveUp({ clock, signal }: AppPorts): Promise<never> {
  await clock.wait(LIMIT_MS, signal);
  throw githubFault({
    code: 'github/request',
    step: 'make the App',
    cause: signal.aborted ? 'it was interrupted' : 'nobody came back from GitHub within an hour',
    hint: 'nothing was kept; an App that you made meanwhile has to be deleted: Settings, Developer settings, GitHub Apps',
  });
}

function foreign({ slug, owner: actual }: Credentials, owner: string): FaultError {
  return githubFault({
    code: 'github/request',
    step: 'make the App',
    cause: `the App ${slug} belongs to ${actual}, and could only be installed on repositories of ${actual}`,
    hint: `delete it (Settings, Developer settings, GitHub Apps), log in to GitHub as ${owner}, and begin again`,
  });
}

export const installPage = (server: string, { page, slug }: Credentials): string =>
  `${page?.startsWith(`${server}/`) ? page : `${server}/apps/${slug}`}/installations/new`;
