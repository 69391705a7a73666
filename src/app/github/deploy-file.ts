import type { HostName } from '../../core/model/name.ts';
import type { Deployment } from '../../core/model/outcome.ts';
import type { Topology } from '../../core/model/topology.ts';
import { diagnosticsMarkdown } from '../../core/report/diagnostics-markdown.ts';
import { diagnosticsText } from '../../core/report/diagnostics.ts';
import { code } from '../../core/report/escape-markdown.ts';
import { fileMarkdown, mergedMarkdown } from '../../core/report/merged-markdown.ts';
import { VERDICT } from '../../core/report/outcome-words.ts';
import type { Examined } from '../check.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DeployMergedPorts, DeployMergedRequest, FileDeployment } from './deploy-request.ts';
import { freezeReverted } from './freeze-reverted.ts';
import { mandateOf, type Mandate } from './mandate.ts';
import { recordDeployment } from './record-deployment.ts';
import { readSource } from './source.ts';

interface Subject {
  readonly request: DeployMergedRequest;
  readonly file: string;
  readonly commit: string;
  readonly before: string | undefined;
}

/** Deploys one topology of a commit, if somebody agreed to it. */
export async function deployFile(subject: Subject, ports: DeployMergedPorts): Promise<FileDeployment> {
  const { file, commit, request } = subject;
  const { step } = ports;
  const { examined } = (await readSource(ports.contents, commit, file))!;
  if (examined.diagnostics.length > 0) step.log(diagnosticsText(examined.diagnostics));
  const { value: topology } = examined;
  if (!topology) return invalid(file, examined);
  const mandate = await mandateOf({ ...subject, topology, locate: examined.locate }, ports);
  if (mandate.direct.length > 0 && !request.mayPushDirectly) return pushed(file, mandate);
  for (const sentence of mandate.passedOver) step.warn(sentence);
  const deployment = inComments(await carryOut(subject, topology, examined, mandate, ports));
  await recordDeployment(
    { environment: request.environment, commit, file, from: mandate.from, deployment },
    ports,
  );
  // Where nothing was deployed before, the hosts have nothing to be kept on.
  if (mandate.from !== undefined) {
    const { who } = request;
    await freezeReverted({ commit, topology: mandate.base ?? topology, deployment, who }, ports);
  }
  const { outcome, freeze } = deployment;
  const isHeldBack = outcome === 'refused' && freeze !== undefined && !freeze.freeze.isByHand;
  const restore = outcome === 'reverted' || isHeldBack ? mandate.held : undefined;
  return { ...deployed(file, deployment, mandate), ...(restore === undefined ? {} : { restore }) };
}

async function carryOut(
  { request, commit }: Subject,
  topology: Topology,
  { locate }: Examined,
  { base, accept }: Mandate,
  { connect, clock, step }: DeployMergedPorts,
): Promise<Deployment> {
  const progress = step.progress(clock);
  try {
    return await deploy(
      {
        topology,
        locate,
        ...(base ? { base } : {}),
        accept,
        exclude: [],
        canary: [],
        dryRun: false,
        requireAll: false,
        confirmTimeoutS: request.confirmTimeoutS,
        awaitS: request.awaitS,
        owner: { who: request.who, commit },
        transaction: request.transaction(),
        signal: request.signal,
      },
      { connect, clock, progress },
    );
  } finally {
    progress.end();
  }
}

/** What is dangerous is accepted here by a comment, and not by an option. */
function inComments(deployment: Deployment): Deployment {
  const hint = 'if that is what you want, accept it by a comment as below, and run this job again';
  return {
    ...deployment,
    faults: deployment.faults.map((fault) => (fault.code === 'deploy/danger' ? { ...fault, hint } : fault)),
  };
}

function deployed(file: string, deployment: Deployment, mandate: Mandate): FileDeployment {
  const { outcome, plan, hosts } = deployment;
  const { pulls, difference, passedOver, expected } = mandate;
  const changed = [...hosts]
    .filter(([, each]) => each.outcome === 'confirmed' || each.outcome === 'confirming')
    .map(([host]): HostName => host);
  const planDigest = plan?.digest ?? expected?.digest;
  return {
    file,
    outcome,
    words: VERDICT[outcome],
    changed,
    pulls,
    ...(planDigest === undefined ? {} : { planDigest }),
    isDangerous: (plan?.dangers.length ?? 0) > 0,
    interrupts: changed.length > 0 && expected?.hosts.some((host) => host.interruptions.length > 0) === true,
    deployment,
    text: (budget) => mergedMarkdown({ file, deployment, pulls, difference, passedOver }, budget),
  };
}

function invalid(file: string, { diagnostics }: Examined): FileDeployment {
  return {
    ...undialled(file, []),
    outcome: 'invalid',
    words: 'it is not valid; no host was dialled',
    text: (budget) =>
      fileMarkdown({ file, small: [], budget }, (room) => diagnosticsMarkdown(diagnostics, room)),
  };
}

function pushed(file: string, { direct, pulls }: Mandate): FileDeployment {
  const names = direct.slice(0, 5).map((commit) => commit.slice(0, 12));
  const refusal = [
    `**Refused**: ${names.map((name) => code(name)).join(', ')} came to the branch without a pull request. No host was changed.\n`,
    'Revert it and open a pull request, or set the input `direct-push` to `allow`.\n',
  ].join('\n');
  return {
    ...undialled(file, pulls),
    outcome: 'refused',
    words: `${names.join(', ')} came to the branch without a pull request; no host was changed`,
    text: (budget) => fileMarkdown({ file, small: [], budget }, () => refusal),
  };
}

function undialled(file: string, pulls: readonly number[]) {
  return { file, changed: [], pulls, isDangerous: false, interrupts: false };
}
