import type { Drift, DriftFinding } from '../model/drift.ts';
import { count, list } from './words.ts';

/** The check in one sentence, without a full stop. */
export function driftVerdict({ findings, unreachable, underway, compared }: Drift): string {
  const places = new Set(findings.map(({ host }) => host)).size;
  const silent = unreachable.size === 0 ? '' : `; ${count(unreachable.size, 'host')} could not be reached`;
  const busy =
    underway.size === 0 ? '' : `; ${count(underway.size, 'host')} left out, a deployment is under way there`;
  const found =
    findings.length > 0
      ? `${count(findings.length, 'finding')} on ${count(places, 'host')}`
      : compared.size === 0
        ? 'nothing was compared'
        : `in sync: ${count(compared.size, 'host')} ${compared.size === 1 ? 'is' : 'are'} as ${basis(compared)}`;
  return `${found}${silent}${busy}`;
}

function basis(compared: Drift['compared']): string {
  return [...compared.values()].includes('git') ? 'the topology says' : 'confirmed';
}

/** The findings of each host, in their order. */
export function byHost(findings: readonly DriftFinding[]): ReadonlyMap<string, readonly DriftFinding[]> {
  const groups = new Map<string, DriftFinding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.host);
    if (group) group.push(finding);
    else groups.set(finding.host, [finding]);
  }
  return groups;
}

/** Which hosts wait for a deployment; undefined: none. Names as `show` writes them. */
export function pendingWords(
  { pending, compared }: Drift,
  show: (host: string) => string,
): string | undefined {
  // A network that was never deployed is pending as a whole, which nobody needs to be told host by host.
  if (pending.length === 0 || [...compared.values()].every((each) => each === 'git')) return undefined;
  return `pending: the topology is not deployed yet on ${list(pending.map(show), 12)}`;
}
