import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import type { HostName } from '../../src/core/model/name.ts';
import type { Random } from '../chaos/random.ts';
import type { Deployer } from '../e2e/program.ts';
import type { Act } from './acts/act.ts';

/** What `kuiil drift --format json` prints (docs/json.md), as far as the suite reads it. */
export interface DriftDocument {
  readonly verdict: string;
  readonly findings: readonly { readonly host: string; readonly code: string; readonly subject: string }[];
  readonly unreachable: Readonly<Record<string, { readonly cause: string }>>;
  readonly deployments?: readonly { readonly outcome: string; readonly faults: readonly unknown[] }[];
}

export interface Checked {
  readonly exitCode: number | null;
  readonly document: DriftDocument;
  readonly stderr: string;
}

/** A network that was deployed to, and somebody who breaks it. */
export interface Scene {
  readonly network: TwinNetwork;
  readonly deployer: Deployer;
  readonly file: string;
}

/** One act, and the host that it is done to. */
export interface Deed {
  readonly act: Act;
  readonly host: HostName;
}

const HUB_TUNNEL = '192.168.99.1';

/** The minute timer counts from the end of its last run: so it does not mend what the check is to find. */
const TICK = '[[ ! -d /run/systemd/system ]] || systemctl start kuiil.service';

/** What only follows from what was broken: it goes with its cause. */
const CONSEQUENCES = ['probe-failed', 'handshake-old'];

export async function drift({ deployer, file }: Scene, ...options: readonly string[]): Promise<Checked> {
  const { exitCode, stdout, stderr } = await deployer.run('drift', file, '--format', 'json', ...options);
  if (stdout === '') throw new Error(`drift ${options.join(' ')}: exit code ${exitCode}\n${stderr}`);
  return { exitCode, document: JSON.parse(stdout) as DriftDocument, stderr };
}

/** Does the deeds, and answers in words all that went otherwise than promised: found, named, healed, clean after. */
export async function vandalise(scene: Scene, deeds: readonly Deed[]): Promise<readonly string[]> {
  const wrongs: string[] = [];
  await Promise.all(scene.network.hosts.map((host) => bash(scene, host, TICK)));
  for (const deed of deeds) await perform(scene, deed);
  const found = await drift(scene);
  if (found.exitCode !== 3) wrongs.push(`exit code ${found.exitCode}, not 3: ${found.document.verdict}`);
  wrongs.push(...missed(deeds, found.document), ...invented(deeds, found.document));
  for (const { act, host } of deeds) if (act.undo !== undefined) await bash(scene, host, act.undo);
  const [healed] = await Promise.all([drift(scene, '--heal', '--confirm-timeout', '40'), use(scene)]);
  const outcomes = (healed.document.deployments ?? []).map(({ outcome }) => outcome);
  const after = await drift(scene);
  if (after.exitCode !== 0)
    wrongs.push(
      `not clean after ${outcomes.join(', ') || 'no deployment'}: ${after.document.verdict} ${JSON.stringify([after.document.findings, after.document.unreachable])} ${healed.stderr} ${JSON.stringify(healed.document.deployments?.map(({ faults }) => faults))}`,
    );
  return wrongs;
}

/**
 * What every network is, in use: who sends nothing does not notice that the other end has lost its session (KEEPALIVE_TIMEOUT and
 * REKEY_TIMEOUT of WireGuard).
 */
async function use(scene: Scene): Promise<void> {
  const knock = `timeout 60 bash -c 'until ping -nqc1 -W1 ${HUB_TUNNEL}; do :; done' >/dev/null 2>&1 || true`;
  await Promise.all(scene.network.hosts.map((host) => bash(scene, host, knock)));
}

async function perform(scene: Scene, { act, host }: Deed): Promise<void> {
  await bash(scene, host, act.script);
}

async function bash({ network }: Scene, host: HostName, script: string): Promise<void> {
  const { exitCode, stderr } = await network.exec(host, ['bash', '--norc', '-euc', script]);
  if (exitCode !== 0) throw new Error(`${host}: ${script}\nexit code ${exitCode}\n${stderr}`);
}

function missed(deeds: readonly Deed[], { findings, unreachable }: DriftDocument): readonly string[] {
  return deeds.flatMap(({ act, host }) => {
    // Behind a hub that was cut off it is found once the hub is healed.
    if (host in unreachable) return [];
    const there = findings.filter((finding) => finding.host === host);
    return act.finds
      .filter(
        ([code, subject]) => !there.some((each) => each.code === code && matches(subject, each.subject)),
      )
      .map(([code, subject]) => `${act.name}: no ${code} ${subject} on ${host}: ${JSON.stringify(there)}`);
  });
}

/** Nothing is reported that nobody did, but what follows from it. */
function invented(deeds: readonly Deed[], { findings, unreachable }: DriftDocument): readonly string[] {
  const cuts = deeds.some(({ act }) => act.cuts);
  const foreign = findings.filter(
    ({ host, code, subject }) =>
      !CONSEQUENCES.includes(code) &&
      !deeds.some(
        (deed) =>
          deed.host === host &&
          deed.act.finds.some(
            ([kind, about]) =>
              kind === code && (deeds.length > 1 || matches(about, subject) || isMany(deed.act)),
          ),
      ),
  );
  return [
    ...foreign.map(({ host, code, subject }) => `nobody did ${code} ${subject} on ${host}`),
    ...Object.keys(unreachable)
      .filter(() => !cuts)
      .map((host) => `${host} is unreachable`),
  ];
}

/** Acts that break more of the same kind than they list. */
function isMany({ finds }: Act): boolean {
  return finds.length > 1;
}

function matches(expected: string | RegExp, subject: string): boolean {
  return typeof expected === 'string' ? expected === subject : expected.test(subject);
}

/** Deeds that do not get in each other's way: of one kind at most one a host. */
export function conspire(acts: readonly Act[], random: Random, size: number): readonly Deed[] {
  const deeds: Deed[] = [];
  for (let tries = 0; deeds.length < size && tries < 50; tries++) {
    const act = random.pick(acts);
    const host = random.pick(act.on);
    const clashes = (deed: Deed) =>
      deed.act.touches === act.touches || deed.act.sole === true || act.sole === true;
    if (!deeds.some((deed) => deed.act === act || (deed.host === host && clashes(deed))))
      deeds.push({ act, host });
  }
  return deeds;
}

export function describeDeeds(deeds: readonly Deed[]): string {
  return deeds.map(({ act, host }) => `${act.name} on ${host}`).join('; ');
}
