import type { Document } from './document.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';

/** What asking a live cluster came to. */
export interface DiscoveryFacts {
  readonly cluster: string;
  readonly file: string;
  readonly outcome: 'same' | 'written' | 'differs';
  readonly changes: readonly string[];
  readonly notes: readonly string[];
  /** The CNI, and what it needs towards these ranges of other clusters. */
  readonly cni?: { readonly name: string; readonly needs: string };
}

export function discoveryText(facts: DiscoveryFacts, paint: Paint = PLAIN): string {
  const { cluster, file, outcome, changes, notes, cni } = facts;
  const name = visible(cluster, MAX_NAME);
  const where = visible(file, MAX_NAME);
  const first = {
    same: `${paint.green('same')}: ${where} says of ${name} what the cluster says itself.`,
    written: `${paint.green('written')}: ${where} says of ${name} now:`,
    differs: `${paint.yellow('differs')}: ${where} says something else of ${name} than the cluster itself:`,
  };
  return [
    first[outcome],
    ...changes.map((change) => `  ${visible(change)}`),
    ...notes.map((note) => `${paint.cyan('by hand')}: ${visible(note)}`),
    ...(cni ? [`${paint.cyan('CNI')}: ${visible(cni.name)}; ${visible(cni.needs)}`] : []),
    '',
  ].join('\n');
}

export function discoveryJson({ cluster, file, outcome, changes, notes, cni }: DiscoveryFacts): Document {
  return {
    kuiil: 1,
    kind: 'discover',
    cluster,
    file,
    outcome,
    changes,
    notes,
    cni: cni?.name ?? null,
    cniNeeds: cni?.needs ?? null,
  };
}
