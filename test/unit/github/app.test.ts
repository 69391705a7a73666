import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import type { AppPorts, Asked, Page, Registry } from '../../../src/app/github-app/ports.ts';
import { registerApp } from '../../../src/app/github-app/register.ts';
import { FaultError } from '../../../src/core/model/fault.ts';

const HOUR_MS = 3_600_000;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const GIVEN = {
  id: 7,
  slug: 'kuiil-app',
  owner: { login: 'olga' },
  pem: privateKey.export({ type: 'pkcs1', format: 'pem' }),
  webhook_secret: 'a'.repeat(40),
};
const REQUEST = {
  place: 'repos/olga/net',
  hook: 'https://hooks.example.org/github',
  port: 0,
  file: 'app.env',
  server: 'https://github.com',
};

/** A clock that jumps to where somebody waits for it, a door in memory, and a person who comes back from GitHub, or does not. */
function scene(comesBack: boolean, registry: Partial<Registry> = {}, write?: () => Promise<void>) {
  const [said, written, pages]: [string[], string[], Page[]] = [[], [], []];
  let now = 0;
  let secrets = 0;
  let isDiscarded = false;
  let isOpen = false;
  let answer: ((asked: Asked) => Promise<Page>) | undefined;
  const visit = async (target: string) => pages.push(await answer!({ target, host: '127.0.0.1:8' }));
  const ports: AppPorts = {
    admin: { read: async () => ({ full_name: 'olga/net', owner: { login: 'olga', type: 'User' } }) },
    registry: { convert: async () => GIVEN, installation: async () => undefined, ...registry },
    reserve: async () => ({
      write: write ?? (async (text) => void written.push(text)),
      discard: async () => void (isDiscarded = true),
    }),
    openDoor: async (_, handle) => {
      [answer, isOpen] = [handle, true];
      return { port: 8, close: async () => void (isOpen = false) };
    },
    clock: {
      now: () => now,
      async wait(ms, signal) {
        // Nobody comes before the page is there.
        await new Promise((resolve) => setImmediate(resolve));
        if (comesBack && pages.length === 0) await visit('/made?code=abc&state=secret-2');
        if (!signal?.aborted) now += ms;
      },
    },
    signal: new AbortController().signal,
    secret: () => `secret-${(secrets += 1)}`,
    say: (line) => void said.push(line),
  };
  return { ports, said, written, pages, state: () => ({ now, isDiscarded, isOpen }) };
}

const causeOf = (error: unknown) => (error instanceof FaultError ? error.fault.cause : String(error));

it('gives up when nobody comes back from GitHub within an hour, and leaves nothing', async () => {
  const { ports, written, state } = scene(false);
  await expect(registerApp(REQUEST, ports).catch(causeOf)).resolves.toContain('within an hour');
  expect([written, state()]).toEqual([[], { now: HOUR_MS, isDiscarded: true, isOpen: false }]);
});

it('waits an hour for the installation, and keeps what it has', async () => {
  const { ports, written, pages, state } = scene(true);
  const outcome = await registerApp(REQUEST, ports);
  expect(outcome).toMatchObject({
    id: 7,
    installPage: 'https://github.com/apps/kuiil-app/installations/new',
  });
  expect(outcome.installation).toBeUndefined();
  expect(written).toHaveLength(1);
  expect(pages).toEqual([{ kind: 'go', to: outcome.installPage }]);
  expect(state()).toMatchObject({ isDiscarded: false, isOpen: false });
});

it('asks again when GitHub does not answer, and says so once', async () => {
  let asked = 0;
  const { ports, said, written } = scene(true, {
    async installation() {
      if ((asked += 1) > 3) return 9;
      throw new FaultError({ code: 'github/request', step: 's', cause: 'a cloud', stateNow: 'n' });
    },
  });
  expect((await registerApp(REQUEST, ports)).installation).toBe(9);
  expect(said.filter((line) => line.includes('a cloud'))).toHaveLength(1);
  expect(written.at(-1)).toContain('KUIIL_INSTALLATIONS=9\n');
});

it('leaves no file behind when it cannot be written', async () => {
  const { ports, state } = scene(true, {}, () => Promise.reject(new Error('no space left')));
  await expect(registerApp(REQUEST, ports)).rejects.toThrow('no space left');
  expect(state()).toMatchObject({ isDiscarded: true, isOpen: false });
});

it('does not take a repository’s name that would become another line of the file', async () => {
  const { ports } = scene(true);
  const read = async () => ({ full_name: 'olga/net\nPATH=/tmp', owner: { login: 'olga', type: 'User' } });
  await expect(registerApp(REQUEST, { ...ports, admin: { read } }).catch(causeOf)).resolves.toContain(
    'no such',
  );
});
