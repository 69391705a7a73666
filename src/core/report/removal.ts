import type { Fault } from '../model/fault.ts';
import { faultJson } from './deployment-json.ts';
import { faultLines } from './deployment.ts';
import type { Document } from './document.ts';
import { PLAIN, type Paint } from './paint.ts';

export type RemovalFacts =
  { readonly outcome: 'removed' } | { readonly outcome: 'unreachable' | 'failed'; readonly fault: Fault };

export function removalText(hosts: ReadonlyMap<string, RemovalFacts>, paint: Paint = PLAIN): string {
  const gone = [...hosts].filter(([, facts]) => facts.outcome === 'removed').map(([host]) => host);
  const faults = [...hosts.values()].flatMap((facts) => ('fault' in facts ? [facts.fault] : []));
  return [
    ...(gone.length > 0
      ? [`${paint.green('Kuiil is gone from')} ${gone.join(', ')}; what was there before is back.`]
      : []),
    ...faults.flatMap((fault) => faultLines(fault, paint)),
    ...(hosts.size === 0 ? ['No enrolled host to remove Kuiil from.'] : []),
    '',
  ].join('\n');
}

export function removalJson(hosts: ReadonlyMap<string, RemovalFacts>): Document {
  const entries = [...hosts].map(([host, facts]) => [
    host,
    { outcome: facts.outcome, ...('fault' in facts ? { fault: faultJson(facts.fault) } : {}) },
  ]);
  return { kuiil: 1, kind: 'remove', hosts: Object.fromEntries(entries) };
}
