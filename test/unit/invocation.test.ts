import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compact } from '../../src/remote/compact.ts';
import { hostScript } from '../../src/remote/host-script.ts';
import { describeCall, invoke, shellQuote, type Request } from '../../src/remote/invocation.ts';

// The é at both ends: a character that counts as one, and is two bytes.
const SCRIPT = `#!/bin/bash\n# é ${'x'.repeat(20_000)}\nprintf '%s|' "$0" "$@"\ncat\n# é`;
const PAYLOAD = 'payload é 漢字 🦊\n'.repeat(20_000);
const CALL: Request = {
  verb: 'stage',
  args: ['fd00::1/64', 'a+b=c'],
  payload: PAYLOAD,
  helper: { kind: 'sent', script: SCRIPT },
  user: 'root',
};
const ANSWER = `kuiil-host|stage|fd00::1/64|a+b=c|${PAYLOAD}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuiil-invocation-'));
  writeFileSync(join(folder, 'sudo'), '#!/bin/sh\n[ "$1" = -n ] || exit 9\nshift\nSUDO=yes exec "$@"\n');
  chmodSync(join(folder, 'sudo'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

const installed = (shell: string) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0;

/** What a login shell does with a command that sshd hands it. */
function run(shell: readonly string[], request: Request, env: NodeJS.ProcessEnv = process.env): string {
  const { command, stdin } = invoke(request);
  const [file, ...before] = [...shell, '-c', command];
  const ran = spawnSync(file, before, { input: stdin, encoding: 'utf8', env, maxBuffer: 2 ** 26 });
  return ran.stdout;
}

describe('the remote command', () => {
  const shells = [['sh'], ['bash'], ['dash'], ['fish'], ['csh'], ['busybox', 'sh']];
  for (const shell of shells) {
    test.skipIf(!installed(shell[0]!))(`runs the script under the login shell ${shell.join(' ')}`, () => {
      expect(run(shell, CALL) === ANSWER).toBe(true);
    });
  }

  test.skipIf(!installed('busybox'))('takes no byte of the payload with the tools of busybox', () => {
    const applets = mkdtempSync(join(folder, 'busybox-'));
    const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
    for (const name of ['cat', 'sh']) symlinkSync(busybox, join(applets, name));
    symlinkSync('/bin/bash', join(applets, 'bash'));
    expect(run(['/bin/sh'], CALL, { PATH: applets }) === ANSWER).toBe(true);
  });

  test('takes no byte of the payload when it comes in odd pieces', async () => {
    const { command, stdin } = invoke({ ...CALL, payload: 'payload é\n' });
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const bytes = Buffer.from(stdin);
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7 + 3) % 4099) {
      child.stdin.write(bytes.subarray(at, at + size));
      await new Promise(setImmediate);
    }
    child.stdin.end();
    await new Promise((resolve) => child.on('close', resolve));
    expect(out).toBe('kuiil-host|stage|fd00::1/64|a+b=c|payload é\n');
  });

  test('runs nothing of a script that was cut on its way', () => {
    const script = 'echo first\necho second\n';
    const { command, stdin } = invoke({ ...CALL, helper: { kind: 'sent', script }, payload: '' });
    for (let length = 0; length < stdin.length - 2; length++) {
      const ran = spawnSync('sh', ['-c', command], { input: stdin.slice(0, length), encoding: 'utf8' });
      expect(ran.stdout).toBe('');
    }
  });

  test.each(['stage', 'enrol', 'pin'])(
    'lets %s, which leaves the script on the host, know its own text',
    (verb) => {
      const probe = 'verb_probe() { :; }\n';
      const script = `# why\n${probe}unused() {\n  :\n}\nif true; then\n  printf %s "$SELF"\nfi`;
      const request = { ...CALL, verb, helper: { kind: 'sent', script } as const };
      expect(run(['bash'], request)).toBe(`{\n${script}\n}\n`);
      expect(run(['bash'], { ...request, verb: 'probe' })).toBe(
        `{\n${probe}if true; then\nprintf %s "$SELF"\nfi\n}\n`,
      );
    },
  );

  test('takes nothing for its own text that a caller calls so, where it runs from a file', () => {
    const file = join(folder, 'kuiil-host');
    writeFileSync(file, hostScript.replace(/^main "\$@"$/m, 'printf "[%s]" "$SELF"'));
    const ran = spawnSync('bash', ['-p', file], { encoding: 'utf8', env: { ...process.env, SELF: 'id' } });
    expect(ran.stdout).toBe('[]');
    const script = readFileSync(file, 'utf8');
    expect(run(['bash'], { ...CALL, helper: { kind: 'sent', script } })).toBe(`[{\n${script}\n}\n]`);
  });

  test('sends the same functions without comments and indentation', () => {
    const functions = (text: string) => {
      const input = `${text.replace(/^main "\$@"$/m, '')}\ndeclare -f`;
      return spawnSync('bash', ['--norc'], { input, encoding: 'utf8' }).stdout.replaceAll(/^\s+/gm, '');
    };
    const sent = compact(hostScript);
    expect(functions(sent)).toBe(functions(hostScript));
    expect(functions(sent).length).toBeGreaterThan(50_000);
    expect(sent.length).toBeLessThan(hostScript.length * 0.9);
  });

  test('goes through sudo for a user that is not root', () => {
    const helper = { kind: 'sent', script: 'echo "$SUDO $*"; cat' } as const;
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const request = { ...CALL, helper, payload: 'payload\n' };
    expect(run(['sh'], { ...request, user: 'admin' }, env)).toBe('yes stage fd00::1/64 a+b=c\npayload\n');
    expect(run(['sh'], request, env)).toBe(' stage fd00::1/64 a+b=c\npayload\n');
  });

  test('is the bare call where the helper is installed', () => {
    const request = { ...CALL, helper: { kind: 'installed' } as const };
    expect(invoke(request)).toEqual({ command: 'kuiil-host stage fd00::1/64 a+b=c', stdin: PAYLOAD });
    expect(invoke({ ...request, user: 'admin' }).command).toBe('sudo -n kuiil-host stage fd00::1/64 a+b=c');
  });

  test.each(['', 'a b', 'a;b', '$(id)', "'", 'a\n', 'é', '*'])('refuses the argument %j', (word) => {
    expect(() => invoke({ ...CALL, args: [word] })).toThrow('not an argument');
  });

  test('is described as a person would type it', () => {
    expect(describeCall(CALL)).toBe('kuiil-host stage fd00::1/64 a+b=c');
  });
});

test.each(["it's", '$HOME', '', 'a b', '`id`', '\\', '"'])('quotes %j for a POSIX shell', (word) => {
  const ran = spawnSync('sh', ['-c', `printf %s ${shellQuote(word)}`], { encoding: 'utf8' });
  expect(ran.stdout).toBe(word);
});
