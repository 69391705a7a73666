import { createEmulator } from 'emulate';
import { createPrivateKey, sign } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, bytes when it is not, undefined when there is none. */
  readonly body: unknown;
}
export interface Emulator {
  /** Asks the emulator as `login`, or as the job's bot. */
  readonly ask: (as: string, request: string, body?: unknown, accept?: string) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** The App whose bot writes what a job writes with its GITHUB_TOKEN. */
export const ACTIONS_APP = { id: 15_368, slug: 'github-actions', name: 'GitHub Actions' } as const;
export const ACTIONS_BOT = `${ACTIONS_APP.slug}[bot]`;
const INSTALLATION = 1;

export interface World {
  readonly owner: string;
  readonly repo: string;
  readonly people: readonly string[];
  /** Apps beside GitHub's own, by slug: their bots write comments too. */
  readonly apps: readonly string[];
}

/** The emulator with the owner's repository in it, and `url` in every address that it answers. */
export async function startEmulator(world: World, url: string): Promise<Emulator> {
  const apps = [ACTIONS_APP, ...world.apps.map((slug, index) => ({ id: 900 + index, slug, name: slug }))];
  const token = (login: string) => `emulator-${login}`;
  const everything = { contents: 'write', issues: 'write', pull_requests: 'write', checks: 'write' };
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(world.people.map((login) => [token(login), { login, scopes: ['repo'] }])),
      github: {
        users: world.people.map((login) => ({ login })),
        repos: [{ owner: world.owner, name: world.repo, auto_init: true }],
        apps: apps.map(({ id, slug, name }, index) => ({
          app_id: id,
          slug,
          name,
          permissions: everything,
          installations: [{ installation_id: INSTALLATION + index, account: world.owner }],
        })),
      },
    },
  });
  const tokens = new Map(world.people.map((login) => [login, token(login)]));
  const ask: Emulator['ask'] = async (as, request, body, accept) => {
    const [method, path] = request.split(/ (.*)/s) as [string, string];
    const answer = await fetch(emulator.url + path, {
      method,
      headers: {
        ...(tokens.has(as) ? { authorization: `Bearer ${tokens.get(as)}` } : {}),
        ...(accept === undefined ? {} : { accept }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: headersOf(answer, emulator.url, url), body: await read(answer) };
  };
  const read = async (answer: Response): Promise<unknown> => {
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (bytes.length === 0) return undefined;
    if (!(answer.headers.get('content-type') ?? '').includes('json')) return bytes;
    return likeGitHub(JSON.parse(bytes.toString().replaceAll(emulator.url, url)));
  };
  for (const [index, { id, slug }] of apps.entries()) {
    const key = emulator.generatedSecrets.find((each) => each.id === String(id))!.value;
    const answer = await fetch(`${emulator.url}/app/installations/${INSTALLATION + index}/access_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${appToken(id, key)}` },
    });
    tokens.set(`${slug}[bot]`, ((await answer.json()) as { token: string }).token);
    // The emulator makes an App's bot when it first writes.
    const blob = { content: slug, encoding: 'utf-8' };
    await ask(`${slug}[bot]`, `POST /repos/${world.owner}/${world.repo}/git/blobs`, blob);
  }
  return { ask, close: () => emulator.close() };
}

function headersOf(answer: Response, from: string, to: string): Record<string, string> {
  const kept = ['content-type', 'link'].map((name) => [name, answer.headers.get(name)] as const);
  return Object.fromEntries(
    kept.flatMap(([name, value]) => (value === null ? [] : [[name, value.replaceAll(from, to)]])),
  );
}

/** GitHub's times have no fraction of a second: whether a comment was edited is told by them. */
function likeGitHub(node: unknown, key = ''): unknown {
  if (Array.isArray(node)) return node.map((each) => likeGitHub(each));
  if (typeof node === 'string' && /(_at|date)$/.test(key)) return node.replace(/\.\d+Z$/, 'Z');
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, likeGitHub(value, name)]));
}

/** What an App proves itself with: RS256 over its id, for some minutes. */
function appToken(app: number, key: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: now - 10, exp: now + 500, iss: String(app) })}`;
  return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(key)).toString('base64url')}`;
}
