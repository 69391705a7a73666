import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { init, pinOf } from '../../src/app/init/init.ts';
import { templates } from '../../src/app/init/templates.ts';
import { initText } from '../../src/core/report/init.ts';
import { topologyOf } from '../e2e/twin-example.ts';

const PIN = { commit: '0123456789'.repeat(4), tag: 'v1.2.3' };

function folder(there: Readonly<Record<string, string>> = {}) {
  const files = new Map(Object.entries(there));
  return {
    files,
    read: (path: string) => Promise.resolve(files.has(path) ? Buffer.from(files.get(path)!) : undefined),
    write: (path: string, text: string) => Promise.resolve(void files.set(path, text)),
  };
}

describe('kuiil init', () => {
  it('overwrites nothing', async () => {
    const mine = { 'topology.yaml': 'mine', '.github/workflows/kuiil.yml': 'mine too' };
    const place = folder(mine);
    const { written, kept } = await init({ branch: 'main', pin: PIN }, place);
    expect(kept).toEqual(Object.keys(mine));
    expect(Object.fromEntries(place.files)).toMatchObject(mine);
    expect(written.every((path) => place.files.get(path) !== 'mine')).toBe(true);
    expect((await init({ branch: 'main', pin: PIN }, place)).written).toEqual([]);
  });

  it('begins with a topology that is valid', () => {
    const first = templates(PIN, 'main').find(({ path }) => path === 'topology.yaml')!;
    expect(topologyOf(first.text).clusters.length).toBe(2);
  });

  it('pins our actions to the commit, and says which release it is', () => {
    const workflows = templates(PIN, 'main').filter(({ path }) => path.startsWith('.github/'));
    const uses = workflows.flatMap(({ text }) => text.match(/uses: .*/g) ?? []);
    expect(uses.length).toBeGreaterThanOrEqual(workflows.length);
    for (const each of uses) expect(each).toMatch(/^uses: kuiil\/action\/\w+@(0123456789){4} # v1\.2\.3$/);
  });

  it('goes by the default branch, and gives it the secrets', () => {
    const deploy = templates(PIN, 'trunk').find(({ path }) => path.endsWith('/kuiil.yml'))!;
    expect((parse(deploy.text) as { on: { push: unknown } }).on.push).toEqual({ branches: ['trunk'] });
    expect(initText({ written: [], kept: [], branch: 'trunk' })).not.toContain('main');
  });

  it('names only verbs that there are', () => {
    const named = initText({ written: [], kept: [], branch: 'main' }).matchAll(/^ +kuiil (\w+)/gm);
    const listed = readFileSync('docs/cli.md', 'utf8').match(/^## \w+$/gm)!;
    expect([...named].filter(([, verb]) => !listed.includes(`## ${verb}`))).toEqual([]);
  });

  it('lays down examples, so that there is one of each', () => {
    const names = templates(PIN, 'main').flatMap(({ path }) => /workflows\/(.*)$/.exec(path)?.[1] ?? []);
    expect(readdirSync('examples/workflows')).toEqual(expect.arrayContaining(names));
  });

  it('writes nothing when it cannot find out the commit', async () => {
    const asks = [() => Promise.resolve(undefined), () => Promise.reject(new Error('no network'))];
    for (const ask of asks) {
      await expect(pinOf('1.2.3', ask)).rejects.toMatchObject({ fault: { code: 'github/request' } });
    }
    expect(await pinOf('1.2.3', () => Promise.resolve(PIN.commit))).toEqual(PIN);
  });
});
