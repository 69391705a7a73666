import { sleep, type ChaosFleet } from './fleet.ts';
import type { ChaosRelease } from './releases.ts';
import type { Happened } from './scene.ts';
import { isOn, untruths } from './untruths.ts';

export interface Judgement {
  /** The release that every host is on. */
  readonly winner: ChaosRelease | undefined;
  readonly wrongs: readonly string[];
  readonly settledMs: number;
}

interface Case {
  readonly fleet: ChaosFleet;
  readonly from: ChaosRelease;
  readonly happened: Happened;
  /** Puts everything right that is not yet. */
  readonly mendAll: () => Promise<void>;
  /** Until when every host has to agree with every other. */
  readonly patienceMs: number;
}

/** Waits until the hosts agree, then looks at everything that a deployment promises. */
export async function judge({ fleet, from, happened, mendAll, patienceMs }: Case): Promise<Judgement> {
  const wrongs: string[] = [];
  const atEnd = await fleet.standings();
  const releases = [from, ...happened.attempts.map((attempt) => attempt.release)];
  const start = performance.now();
  if (happened.needsMending) await mendAll();
  let winner = await agreement(fleet, releases, patienceMs);
  const settledMs = performance.now() - start;
  if (!winner) wrongs.push(`no agreement after ${seconds(settledMs)}: ${await shown(fleet, releases)}`);
  await mendAll();
  if (!winner) {
    winner = await agreement(fleet, releases, patienceMs);
    wrongs.push(winner ? 'they agree when the world is right again' : 'nor when the world is right again');
  }
  fleet.stopTicking();
  const last = await fleet.standings();
  for (const attempt of happened.attempts) {
    wrongs.push(...untruths(attempt, { winner, from, happened, atEnd, last }));
  }
  // In this order, because the probes are the traffic that brings a tunnel back.
  if (winner) wrongs.push(...(await unreached(fleet, winner)), ...(await differences(fleet, winner)));
  wrongs.push(...(await leaks(fleet, happened)));
  return { winner, wrongs, settledMs };
}

async function agreement(
  fleet: ChaosFleet,
  releases: readonly ChaosRelease[],
  patienceMs: number,
): Promise<ChaosRelease | undefined> {
  const until = performance.now() + patienceMs;
  do {
    const standings = await fleet.standings();
    const winner = releases.find((release) => isOn(release, standings));
    if (winner) return winner;
    await sleep(700);
  } while (performance.now() < until);
  return undefined;
}

async function shown(fleet: ChaosFleet, releases: readonly ChaosRelease[]): Promise<string> {
  const lines = [...(await fleet.standings())].map(([host, { current, active, transaction }]) => {
    const name = (digest: string) =>
      releases.find((release) => release.digests.get(host) === digest)?.name ?? digest.slice(0, 8);
    return `${host} ${name(current)}${active === '-' ? '' : ` (active ${name(active)})`}${transaction ? ` pending ${transaction}` : ''}`;
  });
  return lines.join(', ');
}

/** The kernel, the files and the pointers, by the product's own comparison. */
async function differences(fleet: ChaosFleet, winner: ChaosRelease): Promise<readonly string[]> {
  const { exitCode, document, stderr } = await fleet.deploy(winner, '--dry-run').ended;
  if (exitCode === 0 && document?.outcome === 'unchanged') return [];
  const off = Object.entries(document?.hosts ?? {}).filter(([, { outcome }]) => outcome !== 'unchanged');
  const hosts = off.map(([host, { outcome }]) => `${host} ${outcome}`).join(', ');
  const faults = document?.faults.map(({ host, cause }) => `${host}: ${cause}`) ?? [stderr.slice(-300)];
  return [`a dry run of ${winner.name} is ${document?.outcome}: ${hosts} ${faults.join('; ')}`];
}

async function unreached(fleet: ChaosFleet, winner: ChaosRelease): Promise<readonly string[]> {
  const failing = async () =>
    (await fleet.twin.probeAll()).filter((probe) => winner.declares(probe) && !probe.reachable);
  // After a reboot of the hub a router shakes hands anew 15 s after it has sent something in vain (KEEPALIVE_TIMEOUT and
  // REKEY_TIMEOUT of WireGuard), and what it sends are these probes.
  let failed = await failing();
  for (let tries = 0; tries < 8 && failed.length > 0; tries++) {
    await sleep(2000);
    failed = await failing();
  }
  if (failed.length === 0) return [];
  const some = failed.slice(0, 4).map(({ kind, from, to }) => `${kind} ${from} to ${to}`);
  return [`${failed.length} declared pairs are not reached: ${some.join(', ')}`];
}

async function leaks(fleet: ChaosFleet, { attempts }: Happened): Promise<readonly string[]> {
  const text = [...fleet.said, ...attempts.flatMap(({ ended }) => [ended.stdout, ended.stderr])].join('\n');
  const found = (await fleet.secrets()).filter((secret) => text.includes(secret));
  return found.length > 0 ? [`${found.length} lines of private keys were printed`] : [];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`;
}
