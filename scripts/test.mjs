// Every check that a change has to pass, one after the other, and a last line `N passed, N failed`.
//
//   node scripts/test.mjs [NAME…]     only these checks: format lint types dist docs shell quick github system remote quiet secrets
//
// KUIIL_TEST_WITHOUT_ROOT=1 leaves out what needs root and namespaces, and says so (CONTRIBUTING.md).
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = {
  shellcheck: 'shellcheck',
  ip: 'iproute2',
  ping: 'iputils-ping',
  'iptables-restore': 'iptables',
  wg: 'wireguard-tools',
  'wireguard-go': 'wireguard-go',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  busybox: 'busybox',
  csh: 'csh',
  fish: 'fish',
};

// The machine's own Node, by which users run Kuiil, and not the other one that some tests bring along: npm puts that first.
process.env.PATH = process.env.PATH.split(':')
  .filter((place) => !place.endsWith('node_modules/.bin'))
  .join(':');

const withoutRoot = process.env.KUIIL_TEST_WITHOUT_ROOT === '1';
const folder = mkdtempSync(join(tmpdir(), 'kuiil-test-'));
process.env.KUIIL_EVIDENCE = join(folder, 'evidence');
const counts = { passed: 0, failed: 0, skipped: 0 };

const VITEST = 'node_modules/.bin/vitest';
const besides = new Map();

const CHECKS = {
  format: () => command('node_modules/.bin/prettier', ['--check', '--log-level', 'warn', '.']),
  lint: () => command('node_modules/.bin/oxlint', ['--type-aware', '--deny-warnings']),
  types: () => command('node_modules/.bin/tsc', ['--noEmit']),
  dist: () => command('node', ['scripts/build.mjs', '--check']),
  docs: () => command('node', ['scripts/generate.mjs', '--check']),
  shell: () => command('shellcheck', scripts()),
  quick: () => vitest('quick'),
  // Each file waits for the processes that it starts more than it works.
  github: () => vitest('github', '--maxWorkers=3'),
  system: () => vitest('system'),
  remote: () => besides.get('remote')(),
  // What measures packets comes when nothing runs beside it any more.
  quiet: () => vitest('quiet'),
  secrets: () => command('node', ['scripts/scan-secrets.mjs', process.env.KUIIL_EVIDENCE]),
};

function command(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  counts[status === 0 ? 'passed' : 'failed']++;
}

/** A run of vitest counts each of its tests. One that ends without a report, or without a test, has failed. */
function vitest(project, ...options) {
  const { status } = spawnSync(VITEST, [...vitestOptions(project), ...options], { stdio: 'inherit' });
  tally(project, status);
}

/** Tests that mostly wait run beside others; what they say is shown when it is their turn. */
function vitestBeside(project) {
  const log = join(folder, `${project}.log`);
  const output = openSync(log, 'w');
  const child = spawn(VITEST, vitestOptions(project), { stdio: ['ignore', output, output] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  return async () => {
    const status = await ended;
    process.stdout.write(readFileSync(log));
    tally(project, status);
  };
}

function vitestOptions(project) {
  const report = `--outputFile.json=${reportOf(project)}`;
  return ['run', '--project', project, '--reporter=default', '--reporter=json', report];
}

function reportOf(project) {
  return join(folder, `${project}.json`);
}

function tally(project, status) {
  let result = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  try {
    result = JSON.parse(readFileSync(reportOf(project), 'utf8'));
  } catch {
    console.error(`vitest left no report for the project ${project}`);
  }
  counts.passed += result.numPassedTests;
  counts.failed += result.numFailedTests;
  counts.skipped += result.numPendingTests;
  if (result.numFailedTests === 0 && (status !== 0 || result.numPassedTests === 0)) counts.failed++;
}

function scripts() {
  return ['src', 'test'].flatMap((place) =>
    readdirSync(place, { recursive: true })
      .filter((file) => file.endsWith('.sh'))
      .map((file) => join(place, file)),
  );
}

function isInstalled(program) {
  return process.env.PATH.split(':')
    .concat('/usr/sbin', '/sbin')
    .some((place) => {
      try {
        accessSync(join(place, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The system packages that the tests run for real. As root on Debian or Ubuntu they are installed. */
function prepare() {
  const missing = [
    ...new Set(
      Object.keys(PACKAGES)
        .filter((name) => !isInstalled(name))
        .map((name) => PACKAGES[name]),
    ),
  ];
  if (missing.length === 0) return;
  const install = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  console.log(`The tests need ${missing.join(', ')}: ${install}`);
  if (process.getuid() !== 0 || !isInstalled('apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  spawnSync('apt-get', ['-qq', 'update'], { stdio: 'inherit', env });
  spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`there is no check ${unknown.join(', ')}: there are ${Object.keys(CHECKS).join(' ')}`);
  process.exit(2);
}
// What the tests on GitHub and on hosts produced is looked through whenever there is something.
if (asked.includes('github') || asked.includes('system')) asked.push('secrets');
if (!withoutRoot) prepare();
if (!withoutRoot && (asked.length === 0 || asked.includes('remote')))
  besides.set('remote', vitestBeside('remote'));
for (const [name, check] of Object.entries(CHECKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (['system', 'remote', 'quiet'].includes(name) && withoutRoot) {
    console.log('\nKUIIL_TEST_WITHOUT_ROOT is set: the tests on real hosts are LEFT OUT.');
    counts.skipped++;
    continue;
  }
  console.log(`\n== ${name}`);
  const from = performance.now();
  const { failed } = counts;
  await check();
  const word = counts.failed > failed ? 'FAILED' : 'ok';
  console.log(`== ${name}: ${word} in ${((performance.now() - from) / 1000).toFixed(1)} s`);
}
rmSync(folder, { recursive: true });
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed > 0 ? 1 : 0);
