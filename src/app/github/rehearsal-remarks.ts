import { HUB } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { annotation, PER_SEVERITY } from '../../core/report/annotation.ts';
import { rehearsalFailures } from '../../core/report/rehearsal-failures.ts';
import type { Locate } from '../dangers.ts';

/** Where in the file what a rehearsal brought to light belongs: annotations, and one sentence for the last line of the log. */
export function rehearsalRemarks(
  document: unknown,
  topology: Topology,
  locate: Locate,
): { readonly annotations: string; readonly words: string | undefined } {
  const failures = rehearsalFailures(document);
  const lines = failures.flatMap(({ place, words }) => {
    const cluster = topology.clusters.find(({ name }) => name === place);
    const at = place === HUB ? topology.hub.at : cluster && { ...cluster.at, on: 'key' as const };
    if (!at) return [];
    return annotation({ severity: 'error', title: 'kuiil rehearse', lines: [words], ...locate(at) });
  });
  const [first] = failures;
  const more = failures.length > 1 ? `; and ${failures.length - 1} more` : '';
  // The last line of the log is an annotation as well.
  const shown = lines.slice(0, PER_SEVERITY - 1).map((line) => `${line}\n`);
  return { annotations: shown.join(''), words: first && `${first.words}${more}` };
}
