import { createHash, timingSafeEqual } from 'node:crypto';
import { FaultError } from '../../core/model/fault.ts';
import { askPage, wordsPage } from '../../core/report/app-page.ts';
import { githubFault } from '../github/fault.ts';
import { credentialsOf, type Credentials } from './credentials.ts';
import type { Asked, Page, Registry } from './ports.ts';

export interface DeskOptions {
  /** What the address of our page ends with: only who sees this terminal knows it. */
  readonly nonce: string;
  /** What GitHub has to bring back: only our page sends it. */
  readonly state: string;
  readonly form: { readonly action: string; readonly manifest: object; readonly owner: string };
  readonly registry: Registry;
  /** Where the browser goes when the App is ours. */
  readonly next: (credentials: Credentials) => string;
  readonly say: (line: string) => void;
}

export interface Desk {
  readonly answer: (asked: Asked) => Promise<Page>;
  /** Fails with a FaultError when there will be none. */
  readonly credentials: Promise<Credentials>;
}

/** Where GitHub sends the browser to. */
export const RETURN_PATH = '/made';

/** Answers the browser: shows the page that asks GitHub for the App, takes the code that GitHub sends back, once, and exchanges it. */
export function desk({ nonce, state, form, registry, next, say }: DeskOptions): Desk {
  let settle: { resolve: (made: Credentials) => void; reject: (why: FaultError) => void } | undefined;
  const credentials = new Promise<Credentials>((resolve, reject) => (settle = { resolve, reject }));
  let isTaken = false;
  const exchange = async (code: string): Promise<Page> => {
    isTaken = true;
    const answer = await registry.convert(code).catch((error: unknown) => {
      if (!(error instanceof FaultError)) throw error;
      // The code is good for an hour, and was not used.
      isTaken = false;
      return error;
    });
    if (answer instanceof FaultError) {
      const cause = `GitHub did not answer: ${answer.fault.cause}`;
      say(`${cause}. Load the page again to try once more.`);
      return words(502, `${cause}. Load this page again to try once more.`);
    }
    const made = credentialsOf(answer);
    if (!made) {
      const cause = answer === undefined ? UNKNOWN_CODE : INCOMPLETE;
      settle?.reject(
        githubFault({ code: 'github/request', step: 'take over the App', cause, hint: BEGIN_AGAIN }),
      );
      return words(502, `This did not work: ${cause}. Go back to the terminal.`);
    }
    settle?.resolve(made);
    return { kind: 'go', to: next(made) };
  };
  const answer = async ({ target, host }: Asked): Promise<Page> => {
    // A site that has its name point to this machine is still called by its own name.
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host))
      return words(403, 'This page is for this machine.');
    const { pathname, searchParams } = new URL(`http://127.0.0.1${target.startsWith('/') ? target : '/'}`);
    if (same(pathname, `/${nonce}`)) return { kind: 'page', status: 200, html: askPage(form) };
    if (pathname !== RETURN_PATH)
      return words(404, 'There is nothing here. Open the whole address that the terminal shows.');
    if (!same(searchParams.get('state') ?? '', state)) {
      say('refused: somebody came back from GitHub who was not sent there by this page.');
      return words(403, 'This does not come from the page that the terminal shows. Nothing was done.');
    }
    if (isTaken) return words(409, 'This was done already. The terminal says how it went.');
    const code = searchParams.get('code') ?? '';
    if (!/^[\w-]{1,200}$/.test(code)) return words(403, 'GitHub sent no code. Nothing was done.');
    return exchange(code);
  };
  return { answer, credentials };
}

const BEGIN_AGAIN = 'delete the App (Settings, Developer settings, GitHub Apps), and begin again';
const UNKNOWN_CODE = 'GitHub does not know the code: it is good for one hour, and once';
const INCOMPLETE = 'GitHub answered without a key or a secret that can be used';

function words(status: 403 | 404 | 409 | 502, text: string): Page {
  return { kind: 'page', status, html: wordsPage(text) };
}

/** In constant time. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
