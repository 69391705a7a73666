import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pull } from '../person.ts';
import { NODE_24 } from '../runner.ts';
import { GROWN, Scene } from './scene.ts';

let scene: Scene;
let pull: Pull;
beforeAll(async () => {
  scene = await Scene.open();
  pull = await scene.wendy.openPull('grow', { 'topology.yaml': GROWN });
});
afterAll(() => scene.github.close());

/** A folder with the bundle and one action.yml, and nothing else. */
function alone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kuiil-alone-'));
  copyFileSync('dist/action.js', join(folder, 'action.mjs'));
  const text = readFileSync('plan/action.yml', 'utf8').replace('../dist/action.js', 'action.mjs');
  writeFileSync(join(folder, 'action.yml'), text);
  return folder;
}

it.each([
  ['Node 24', NODE_24],
  ['the oldest Node that Kuiil runs on, or a newer one', process.execPath],
])('the bundle alone plans, on %s', async (_, node) => {
  const { code, log } = await scene.plan(pull, { action: alone(), node });
  expect(code, log).toBe(0);
});

describe('the process that plans', () => {
  it('has no input for a key', () => {
    const { inputs } = parse(readFileSync('plan/action.yml', 'utf8')) as { inputs: object };
    expect(Object.keys(inputs)).toEqual(['command', 'topology', 'github-token', 'comment']);
  });

  it('opens no socket but to the API, and starts no program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kuiil-sockets-'));
    const seen = join(folder, 'seen');
    writeFileSync(seen, '');
    writeFileSync(join(folder, 'watch.cjs'), WATCH);
    const env = { NODE_OPTIONS: `--require ${join(folder, 'watch.cjs')}`, SEEN: seen };
    const { code, log } = await scene.plan(pull, { env });
    expect(code, log).toBe(0);
    const { port } = new URL(scene.github.url);
    expect(new Set(readFileSync(seen, 'utf8').split('\n').slice(0, -1))).toEqual(
      new Set([`socket 127.0.0.1:${port}`]),
    );
  });
});

/** What Node itself tells about sockets and programs. */
const WATCH = `
const { appendFileSync } = require('node:fs');
const { subscribe } = require('node:diagnostics_channel');
const note = (line) => appendFileSync(process.env.SEEN, line + '\\n');
subscribe('net.client.socket', ({ socket }) =>
  socket.on('connect', () => note('socket ' + socket.remoteAddress + ':' + socket.remotePort)).on('error', () => note('socket failed')));
subscribe('udp.socket', () => note('udp'));
subscribe('child_process', () => note('program'));
`;
