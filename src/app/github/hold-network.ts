import { code, prose } from '../../core/report/escape-markdown.ts';
import { frozenText, unfrozenText } from '../../core/report/freeze.ts';
import { freeze, unfreeze } from '../freeze.ts';
import type { Connect } from '../ports.ts';
import type { Event } from './event.ts';
import { githubFault } from './fault.ts';
import type { Pattern } from './patterns.ts';
import type { Contents, Ended, Step } from './ports.ts';
import { selectTopologies } from './select.ts';
import { readSource } from './source.ts';

export interface HoldRequest {
  readonly what: 'freeze' | 'unfreeze';
  readonly reason: string;
  readonly who: string;
  readonly event: Event;
  readonly defaultBranch: string;
  readonly patterns: readonly Pattern[];
}

export interface HoldPorts {
  readonly contents: Contents;
  readonly connect: Connect;
  readonly step: Step;
}

/** Freezes the deployments of every topology that is named, or lifts that. Throws a FaultError when a hub cannot be asked. */
export async function holdNetworks(
  request: HoldRequest,
  { contents, connect, step }: HoldPorts,
): Promise<Ended> {
  const { what, reason, who, event, defaultBranch: branch } = request;
  // A workflow of another branch could be anybody's.
  if (event.kind !== 'dispatch' || event.ref !== `refs/heads/${branch}`) throw notByHand(what, branch);
  const tip = await contents.tip(branch);
  const files = await selectTopologies(contents, tip, request.patterns);
  const topologies = [];
  for (const file of files) {
    const value = (await readSource(contents, tip, file))?.examined.value;
    if (!value) throw unusable(file, 'it is not valid, so that nobody knows how to reach the hub');
    topologies.push({ file, topology: value });
  }
  if (topologies.length === 0) throw unusable('topology', 'there is none on the branch');
  for (const { file, topology } of topologies) {
    const text =
      what === 'freeze'
        ? frozenText(await freeze(topology, { reason, who, isByHand: true }, connect))
        : unfrozenText(await unfreeze(topology, connect));
    step.log(`${file}: ${text}`);
    await step.summary(`### Kuiil: ${code(file)}\n\n${prose(text)}\n`);
  }
  const outcome = what === 'freeze' ? 'frozen' : 'unfrozen';
  return { isFailure: false, message: `${files.join(', ')}: ${outcome}`, outputs: { outcome } };
}

function notByHand(what: string, branch: string): Error {
  return githubFault({
    code: 'github/event',
    step: what,
    cause: `this is started by hand, on ${branch}, and this run is not`,
    hint: `start the workflow on ${branch} by workflow_dispatch`,
  });
}

function unusable(file: string, why: string): Error {
  return githubFault({
    code: 'github/content',
    step: 'read the topology',
    cause: `\`${file}\`: ${why}`,
    hint: 'mend it by a pull request, or run `kuiil freeze` or `kuiil unfreeze` from a checkout',
  });
}
