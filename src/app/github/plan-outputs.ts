import type { Plan } from '../../core/model/plan.ts';
import type { Planned } from '../../core/report/pull-request.ts';
import type { Outputs, Risk } from './ports.ts';

/** What the jobs that come after a plan can read. */
export function planOutputs(all: readonly Planned[]): Outputs {
  const plans = all.flatMap((each) => (each.kind === 'planned' ? [each] : []));
  const hosts = plans.flatMap(({ plan }) => plan.hosts).filter(isTouched).length;
  const isValid = all.every(({ kind }) => kind !== 'invalid');
  const isSame = plans.length === 0 && all.every(({ kind }) => kind === 'unchanged');
  return {
    valid: isValid,
    changed: hosts > 0,
    hostsChanged: hosts,
    risk: riskOf(plans.map(({ plan }) => plan)),
    planDigest: perFile(plans.map(({ file, plan }) => [file, plan.digest])),
    release: perFile(plans.map(({ file, plan }) => [file, plan.to])),
    ...reachable(plans.map(({ plan }) => plan)),
    outcome: isValid ? (isSame ? 'unchanged' : 'planned') : 'invalid',
  };
}

function isTouched({ status }: Plan['hosts'][number]): boolean {
  return status !== 'unchanged' && status !== 'pending';
}

function riskOf(plans: readonly Plan[]): Risk {
  if (plans.some(({ dangers }) => dangers.length > 0)) return 'danger';
  return plans.some(({ hosts }) => hosts.some((host) => host.interruptions.length > 0))
    ? 'interrupts'
    : 'none';
}

/** Of what is planned, as far as there is something to prove. */
function reachable(plans: readonly Plan[]): Pick<Outputs, 'reachable'> {
  const proved = plans.flatMap(({ isReached }) => isReached ?? []);
  return proved.length > 0 ? { reachable: !proved.includes(false) } : {};
}

/** The digest alone of one file; of several a line each, `DIGEST FILE`. */
export function perFile(digests: readonly (readonly [file: string, digest: string])[]): string {
  if (digests.length === 1) return digests[0]![1];
  return digests.map(([file, digest]) => `${digest} ${file}`).join('\n');
}
