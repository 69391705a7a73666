import { App, Octokit } from 'octokit';
import { statusOf } from './failure.ts';

export type { Octokit } from 'octokit';

/** In 2026-03-10 fields are gone that we read; an own version header keeps GitHub from moving us there. */
const API_VERSION = '2022-11-28';
const REQUEST_MS = 30_000;
const MAX_TRIES = 4;
/** Who is told to wait longer than this is better told to the user. */
const MAX_WAIT_S = 300;

export interface ClientOptions {
  readonly token: string;
  /** `https://api.github.com`, or what the runner says. */
  readonly url: string;
  readonly repository: Repository;
  readonly log: (line: string) => void;
}

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

let clients = 0;

/** GitHub's REST API with the limits that it asks for: it waits as long as it is told to, and tries again what did not arrive. */
export interface Client {
  readonly octokit: Octokit;
  readonly at: Repository;
}

export function githubClient({ token, url, repository, log }: ClientOptions): Client {
  const wait = (
    seconds: number,
    { method, url: path }: { method: string; url: string },
    _: unknown,
    tried: number,
  ) => {
    const goesOn = tried + 1 < MAX_TRIES && seconds <= MAX_WAIT_S;
    log(
      `GitHub limits ${method} ${path}: ${goesOn ? `again in ${seconds} s` : `it asks to wait for ${seconds} s, which is too long`}`,
    );
    return goesOn;
  };
  const octokit = new Octokit({
    auth: token,
    baseUrl: url,
    userAgent: 'kuiil',
    request: { fetch: bounded },
    throttle: {
      // A pause between two writes is for bursts of one kind: each client has its own.
      id: `client-${++clients}`,
      ...(isPaced(url) ? {} : UNPACED),
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  pinVersion(octokit);
  return { octokit, at: repository };
}

/**
 * Whether GitHub asks for pauses there: a second between two writes, three where people are notified. A GitHub Enterprise Server has no limits
 * unless its owner sets some, and then says how long to wait.
 */
export function isPaced(url: string): boolean {
  return /(^|\.)(github\.com|ghe\.com)$/.test(new URL(url).hostname);
}

const AT_ONCE = { key: () => ({ schedule: async (_: object, work: () => Promise<void>) => work() }) };
const UNPACED = { write: AT_ONCE, notifications: AT_ONCE };

function pinVersion({ hook }: Pick<Octokit, 'hook'>): void {
  hook.before('request', (options) => {
    options.headers['x-github-api-version'] = API_VERSION;
  });
}

/** A request that GitHub does not answer is one that failed, and not the end of the job. */
const bounded: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });

export interface AppIdentity {
  readonly appId: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly url: string;
}

/** Makes tokens for the places where a GitHub App is installed; each is used for the better part of its hour. */
export function installationTokens(identity: AppIdentity): (installation: number) => Promise<string> {
  const octokit = appClient(identity);
  return async (installationId) => {
    const made: unknown = await octokit
      .auth({ type: 'installation', installationId })
      .catch((error: unknown) => {
        throw refusedToken(error, installationId) ?? error;
      });
    if (typeof made === 'object' && made !== null && 'token' in made && typeof made.token === 'string')
      return made.token;
    throw new Error('GitHub made no token for this installation');
  };
}

function refusedToken(error: unknown, installation: number): Error | undefined {
  const status = statusOf(error);
  if (status === 401)
    return new Error(
      'GitHub does not take the App’s key: KUIIL_APP_ID and KUIIL_APP_PRIVATE_KEY are not of one App',
    );
  if (status === 404) return new Error(`the App has no installation ${installation} any more`);
  return undefined;
}

/** GitHub as the App itself. */
export function appClient({ appId, privateKey, url }: AppIdentity): Octokit {
  const { octokit } = new App({
    appId,
    privateKey,
    Octokit: Octokit.defaults({ baseUrl: url, userAgent: 'kuiil', request: { fetch: bounded } }),
  });
  pinVersion(octokit);
  return octokit;
}
