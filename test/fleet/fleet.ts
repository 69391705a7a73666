import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { HostName } from '../../src/core/model/name.ts';
import type { ProbeResult } from '../../src/core/model/probe.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import { Deployer } from '../e2e/program.ts';
import { example } from '../examples.ts';
import { bringUpLab, type LabNetwork } from '../lab/lab.ts';

/** The network of examples/two-clusters on full hosts, and its deployer. */
export interface Fleet {
  readonly lab: LabNetwork;
  readonly deployer: Deployer;
  /** The example's topology, beside the lab's keys. */
  readonly file: string;
  readonly down: () => Promise<void>;
}

export const TWO_CLUSTERS = readFileSync('examples/two-clusters/topology.yaml', 'utf8');

/** @param topology what comes up, where that is more than the example. */
export async function bringUpFleet(topology: Topology = example('two-clusters')): Promise<Fleet> {
  const lab = await bringUpLab(topology);
  const deployer = new Deployer(lab);
  return { lab, deployer, file: deployer.topology(TWO_CLUSTERS), down: () => lab.down() };
}

/** A fleet whose hosts have all confirmed the example. */
export async function deployedFleet(): Promise<Fleet> {
  const fleet = await bringUpFleet();
  try {
    const { exitCode, document, stderr } = await fleet.deployer.deployment('deploy', fleet.file);
    expect({ exitCode, outcome: document.outcome, faults: document.faults }, stderr).toEqual({
      exitCode: 0,
      outcome: 'confirmed',
      faults: [],
    });
    return fleet;
  } catch (error) {
    await fleet.down();
    throw error;
  }
}

/**
 * Asks every pair again and again until all are reached; how many milliseconds that took. Fails with those that are not.
 *
 * @param isAsked whether a pair counts
 */
export async function reachedWithin(
  lab: LabNetwork,
  limitMs: number,
  isAsked: (probe: ProbeResult) => boolean = () => true,
): Promise<number> {
  const from = performance.now();
  for (;;) {
    const silent = (await lab.probeAll()).filter((probe) => isAsked(probe) && !probe.reachable);
    const tookMs = performance.now() - from;
    // Each round takes seconds when something is silent, so this is no busy loop.
    if (silent.length === 0 || tookMs > limitMs) {
      const pairs = silent.map(({ kind, from, to }) => `${kind}: ${from} to ${to}`);
      expect({ silent: pairs.length, first: pairs.slice(0, 6) }).toEqual({ silent: 0, first: [] });
      return tookMs;
    }
  }
}

/** Runs a script on a host; fails when it does. */
export async function bash(lab: LabNetwork, host: HostName, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.exec(host, ['bash', '--norc', '-euc', script], {
    timeoutMs: 90_000,
  });
  expect({ host, exitCode, stderr: exitCode === 0 ? '' : stderr + stdout }).toEqual({
    host,
    exitCode: 0,
    stderr: '',
  });
  return stdout;
}
