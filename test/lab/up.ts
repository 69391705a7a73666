// Brings a topology's network up as full hosts and keeps it up until Ctrl-C.
//
//   node scripts/run-ts.mjs test/lab/up.ts examples/two-clusters/topology.yaml [--direct] [--masquerade] [--seconds N]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../../src/app/check.ts';
import { bringUpLab } from './lab.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    direct: { type: 'boolean', default: false },
    masquerade: { type: 'boolean', default: false },
    seconds: { type: 'string' },
  },
});
const [file] = positionals;
if (file === undefined) {
  process.stderr.write(
    'usage: node scripts/run-ts.mjs test/lab/up.ts TOPOLOGY.yaml [--direct] [--masquerade]\n',
  );
  process.exit(2);
}

const text = readFileSync(file);
const { value: topology, diagnostics } = check({
  topology: { file, bytes: text },
  keys: { file: 'topology.keys.yaml', bytes: Buffer.from('') },
});
if (!topology) {
  process.stderr.write(diagnostics.map((found) => `${found.message} [${found.code}]\n`).join(''));
  process.exit(1);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
const say = (line: string) => void process.stdout.write(`${line}\n`);
const freeBefore = freeMegabytes();
const from = performance.now();
const lab = await bringUpLab(topology, {
  direct: values.direct,
  masquerade: values.masquerade,
  progress: { step: say },
  signal: interrupted.signal,
});
const folder = mkdtempSync(join(tmpdir(), 'kuiil-lab-'));
try {
  writeFileSync(join(folder, 'topology.yaml'), text);
  writeFileSync(join(folder, 'topology.keys.yaml'), lab.keysFile);
  writeFileSync(join(folder, 'key'), lab.identity, { mode: 0o600 });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  say(`${lab.hosts.length} hosts up in ${seconds} s, ${freeBefore - freeMegabytes()} MB\n`);
  const deploy = `node dist/cli.js deploy -f ${folder}/topology.yaml --identity ${folder}/key`;
  say(`deploy:        ip netns exec ${lab.deployerNamespace} ${deploy}`);
  const ssh = `ssh -i ${folder}/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null`;
  say(`enter the hub: ip netns exec ${lab.deployerNamespace} ${ssh} root@${lab.hubAddress}`);
  say('enter a host:');
  for (const host of lab.hosts) say(`  ${host.padEnd(30)} ${lab.enter(host).join(' ')} bash`);
  say('\nCtrl-C takes it down.');
  await ended(interrupted.signal, Number(values.seconds ?? Infinity));
} finally {
  await lab.down();
  rmSync(folder, { recursive: true });
}

function ended(signal: AbortSignal, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    // Also keeps this process alive; the longest delay that a timer takes.
    const timer = setTimeout(resolve, Math.min(1000 * seconds, 2 ** 31 - 1));
    const abort = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}

function freeMegabytes(): number {
  return Math.round(Number(/^MemAvailable: +(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))![1]) / 1024);
}
