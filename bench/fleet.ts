// What a deployment to many full hosts costs, beside parallel OpenSSH and Ansible to the same hosts in the same run.
//
//   npm run bench:fleet -- [--clusters N] [--rounds N] [--without-ansible]
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../src/app/check.ts';
import { run } from '../src/adapters/twin/run.ts';
import type { Topology } from '../src/core/model/topology.ts';
import { bringUpLab, type LabNetwork } from '../test/lab/lab.ts';
import { ansibleFiles } from './ansible.ts';

const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
    'without-ansible': { type: 'boolean', default: false },
  },
});
const CLUSTERS = Number(values.clusters);
const NODES = 5;
const ROUNDS = Number(values.rounds);

/** Ten clusters of a router and four plain nodes, all dialled directly. `more`: one range more on two of them, which every host learns of. */
function topologyText(more: boolean): string {
  const lines = ['version: 1', 'name: bench', 'wireguard: { subnet: 10.255.0.0/16 }'];
  lines.push('hub: { endpoint: 203.0.113.1, tunnel: 10.255.255.1 }', 'clusters:');
  for (let c = 1; c <= CLUSTERS; c++) {
    lines.push(
      `  c${c}:`,
      `    subnet: 10.${c}.0.0/24`,
      `    podCIDR: 10.${64 + c}.0.0/16`,
      `    serviceCIDR: 10.128.${c}.0/24`,
    );
    if (more && c <= 2) lines.push(`    ranges: { more: 10.200.${c}.0/24 }`);
    lines.push('    nodes:');
    for (let n = 1; n <= NODES; n++) {
      const tunnel = n === 1 ? `, tunnel: 10.255.0.${c}` : '';
      lines.push(`      n${n}: { address: 10.${c}.0.${10 + n}${tunnel}, ssh: { via: direct } }`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function topologyOf(text: string): Topology {
  const { value, diagnostics } = check({ topology: { file: 'topology.yaml', bytes: Buffer.from(text) } });
  if (!value) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  return value;
}

/** Addresses by host, as the deployer dials them. */
function addresses(topology: Topology, lab: LabNetwork): ReadonlyMap<string, string> {
  const nodes = topology.clusters.flatMap((cluster) => cluster.nodes);
  return new Map([
    ['hub', lab.hubAddress],
    ...nodes.map((node): [string, string] => [node.name, node.addresses[0]!.value.text]),
  ]);
}

async function timed(argv: readonly string[], expected: readonly number[] = [0], env = {}): Promise<number> {
  const from = performance.now();
  const { exitCode, stdout, stderr } = await run(argv, { timeoutMs: 600_000, env });
  if (!expected.includes(exitCode))
    throw new Error(`${argv.join(' ')}: ${exitCode}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`);
  return performance.now() - from;
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

const folder = mkdtempSync(join(tmpdir(), 'kuiil-bench-'));
const write = (name: string, text: string, mode = 0o644) => {
  writeFileSync(join(folder, name), text, { mode });
  return join(folder, name);
};
const texts = { a: topologyText(false), b: topologyText(true) };
const topology = topologyOf(texts.a);
const started = performance.now();
const withAnsible = !values['without-ansible'] && existsSync('/usr/bin/ansible-playbook');
const lab = await bringUpLab(topology, {
  direct: true,
  // Ansible runs Python on the hosts.
  packages: withAnsible ? ['python3'] : [],
  progress: { step: (line) => console.log(line) },
});
try {
  console.log(`${lab.hosts.length} full hosts up in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const key = write('key', lab.identity, 0o600);
  const files = { a: write('a.yaml', texts.a), b: write('b.yaml', texts.b) };
  write('a.keys.yaml', lab.keysFile);
  write('b.keys.yaml', lab.keysFile);
  const dialled = addresses(topology, lab);
  const inside = ['ip', 'netns', 'exec', lab.deployerNamespace];
  const kuiil = (file: string, verb = 'deploy') => [
    ...inside,
    process.execPath,
    'dist/cli.js',
    verb,
    '-f',
    file,
    '--identity',
    key,
    '--format',
    'json',
  ];
  const plain = `-i ${key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ControlMaster=no`;
  const targets = write('targets', [...dialled.values()].map((address) => `root@${address}\n`).join(''));
  const openssh = [
    ...inside,
    'xargs',
    '-a',
    targets,
    '-P50',
    '-I{}',
    'ssh',
    ...plain.split(' '),
    '{}',
    'true',
  ];
  console.log(`first deployment, from nothing: ${(await timed(kuiil(files.a))).toFixed(0)} ms`);

  const results = new Map<string, number[]>();
  const measure = async (name: string, argv: readonly string[], env = {}) => {
    const list = results.get(name) ?? [];
    list.push(await timed(argv, [0], env));
    console.log(`${name}: ${list.at(-1)!.toFixed(0)} ms`);
    results.set(name, list);
  };
  const ansible = withAnsible
    ? await ansibleFiles({ folder, dialled, plain, key, topologies: files })
    : undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const next = round % 2 === 0 ? 'b' : 'a';
    await measure('openssh', openssh);
    await measure('change', kuiil(files[next]));
    await measure('same', kuiil(files[next]));
    await measure('drift', kuiil(files[next], 'drift'));
    if (ansible && round < 2) {
      await measure(
        'ansible change',
        [...inside, ...ansible.playbook(next === 'a' ? 'b' : 'a')],
        ansible.env,
      );
      await measure(
        'ansible check',
        [...inside, ...ansible.playbook(next === 'a' ? 'b' : 'a'), '--check', '--diff'],
        ansible.env,
      );
      await timed(kuiil(files[next]));
    }
  }
  const base = median(results.get('openssh')!);
  console.log(`\n${'medians'.padEnd(42)} ${'ms'.padStart(8)}   × openssh`);
  const row = (words: string, name: string) => {
    const list = results.get(name);
    if (list)
      console.log(
        `${words.padEnd(42)} ${median(list).toFixed(0).padStart(8)}   ${(median(list) / base).toFixed(2)}`,
      );
  };
  row(`xargs -P50 ssh HOST true, ${dialled.size} hosts`, 'openssh');
  row('kuiil deploy that changes every host', 'change');
  row('kuiil deploy that changes nothing', 'same');
  row('kuiil drift, nothing amiss', 'drift');
  row('ansible-playbook, the same files', 'ansible change');
  row('ansible-playbook --check --diff', 'ansible check');
  if (ansible) {
    const times = (slow: string, fast: string) =>
      (median(results.get(slow)!) / median(results.get(fast)!)).toFixed(1);
    console.log(
      `\nansible: ${times('ansible change', 'change')} × the time of a deploy, ${times('ansible check', 'same')} × that of one without changes`,
    );
  }
} finally {
  await lab.down();
  rmSync(folder, { recursive: true });
}
process.exit(0);
