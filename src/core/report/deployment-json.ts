import type { Fault } from '../model/fault.ts';
import type { Deployment, HostOutcome } from '../model/outcome.ts';
import { dangerJson } from './danger-json.ts';
import type { Document, Json } from './document.ts';
import { allFaults } from './faults.ts';

/** A host counts as changed when this deployment gave it another release, or in a dry run would. */
const CHANGED: readonly HostOutcome[] = ['confirmed', 'confirming', 'would-change'];

/** The document of kind `deploy`, or of a verb that deploys. */
export function deploymentJson(
  deployment: Deployment,
  kind: 'deploy' | 'rollback' | 'remove' = 'deploy',
): Document {
  const hosts = [...deployment.hosts];
  return {
    kuiil: 1,
    kind,
    outcome: deployment.outcome,
    release: deployment.release,
    plan: deployment.plan?.digest ?? null,
    dangers: (deployment.plan?.dangers ?? []).map(dangerJson),
    freeze: freezeJson(deployment.freeze),
    changed: hosts.filter(([, { outcome }]) => CHANGED.includes(outcome)).map(([host]) => host),
    hosts: Object.fromEntries(
      hosts.map(([host, { outcome, release }]) => [host, { outcome, release: release ?? null }]),
    ),
    faults: allFaults(deployment).map(faultJson),
    phases: phasesJson(deployment.phases),
  };
}

function freezeJson(met: Deployment['freeze']): Json {
  if (!met) return null;
  const { reason, who, since, plan } = met.freeze;
  return { reason, who, since, plan: plan ?? null, lifted: met.isLifted };
}

/** Every field that a fault may lack is null. */
export function faultJson(fault: Fault): Json {
  const { code, host, step, command, excerpt, cause, hint, stateNow } = fault;
  return {
    code,
    host: host ?? null,
    step,
    command: command ?? null,
    excerpt: excerpt ?? null,
    cause,
    hint: hint ?? null,
    stateNow,
  };
}

/** Whole milliseconds by phase. */
export function phasesJson(phases: ReadonlyMap<string, number>): Json {
  return Object.fromEntries([...phases].map(([phase, ms]) => [phase, Math.round(ms)]));
}
