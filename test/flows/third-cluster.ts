import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { hostName } from '../../src/core/model/name.ts';
import { acceptances } from '../chaos/releases.ts';
import type { Deployer } from '../e2e/program.ts';
import { keysOf, topologyOf } from '../e2e/twin-example.ts';
import { startFlow, type End, type Passage } from './flow.ts';

const TWO = readFileSync('examples/two-clusters/topology.yaml', 'utf8');

const third = (ranges: string) => `${TWO}  cluster3:
    subnet: 192.168.3.0/24
    podCIDR: 10.246.0.0/16
${ranges}    nodes:
      c3-master: { address: 192.168.3.100, tunnel: 192.168.99.18 }
      c3-node1: 192.168.3.101
`;

/** The example's two clusters, beside which a third one comes, changes and goes. */
export const TOPOLOGIES = {
  without: TWO,
  added: third('    serviceCIDR: 10.98.0.0/16\n'),
  changed: third('    serviceCIDR: 10.99.0.0/16\n    ranges: { metallb: 10.0.53.0/24 }\n'),
} as const;

type Stage = keyof typeof TOPOLOGIES;

/** Deploys one of them over another, with whatever is dangerous about it accepted; it has to be confirmed. */
export async function deployStage(
  { deployer, network }: { readonly deployer: Deployer; readonly network: TwinNetwork },
  from: Stage | undefined,
  to: Stage,
): Promise<void> {
  const file = deployer.topology(TOPOLOGIES[to], to);
  const checked = (stage: Stage) =>
    topologyOf(TOPOLOGIES[stage], keysOf(TOPOLOGIES[stage], network.keysFile));
  const options = from === undefined ? [] : acceptances(checked(from), checked(to));
  const { document, exitCode, stderr } = await deployer.deployment(
    'deploy',
    file,
    '--require-all',
    ...options,
  );
  expect({ exitCode, outcome: document.outcome, faults: document.faults }, stderr).toEqual({
    exitCode: 0,
    outcome: 'confirmed',
    faults: [],
  });
}

const ENDS: readonly HostName[] = [hostName('cluster1', 'c1-node1'), hostName('cluster2', 'c2-node1')];

/** Flows between clusters 1 and 2, node to node and pod to pod, both ways, for as long as something is done beside them. */
export async function flowsDuring(network: TwinNetwork, deed: () => Promise<void>): Promise<Flows> {
  const [one, two] = await Promise.all(ENDS.map((host) => ends(network, host)));
  const pairs = one!.flatMap((end, i): [End, End][] => [
    [end, two![i]!],
    [two![i]!, end],
  ]);
  const flows = await Promise.all(pairs.map(([from, to]) => startFlow(from, to)));
  const done = await Promise.allSettled([deed()]);
  // Also after a failure: they would go on for minutes.
  const passages = await Promise.all(flows.map((flow) => flow.stop()));
  if (done[0].status === 'rejected') throw done[0].reason;
  return new Flows(passages);
}

/** What became of all of them. */
export class Flows {
  readonly passages: readonly Passage[];

  constructor(passages: readonly Passage[]) {
    this.passages = passages;
  }

  get lost(): number {
    return this.passages.reduce((sum, { lost }) => sum + lost, 0);
  }

  get sent(): number {
    return this.passages.reduce((sum, { sent }) => sum + sent, 0);
  }

  get gapMs(): number {
    return Math.max(...this.passages.map(({ gapMs }) => gapMs));
  }

  toString(): string {
    const each = this.passages
      .map(({ flow, sent, lost, when }) => `${flow} ${lost} of ${sent}${when && ` (${when})`}`)
      .join(', ');
    return `${this.lost} of ${this.sent} packets lost, longest gap ${this.gapMs} ms (${each})`;
  }
}

/** A host's own network and its pod's. */
async function ends(network: TwinNetwork, host: HostName): Promise<readonly [End, End]> {
  const node: End['exec'] = (argv, options) => network.exec(host, argv, options);
  const pod: End['exec'] = (argv, options) => network.execInPod(host, argv, options);
  return [
    { name: host, address: await addressOf(node), exec: node },
    { name: `${host}'s pod`, address: await addressOf(pod), exec: pod },
  ];
}

async function addressOf(exec: End['exec']): Promise<string> {
  const { stdout } = await exec(['ip', '-4', '-o', 'addr', 'show', 'dev', 'eth0', 'scope', 'global']);
  return / inet ([0-9.]+)\//.exec(stdout)![1]!;
}
