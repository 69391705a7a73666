import type { HostName } from '../../core/model/name.ts';
import { fleetLines, type Release } from '../digest.ts';
import type { Survey } from './survey.ts';
import type { View } from './view.ts';

interface Facts {
  readonly target: Release;
  readonly survey: Survey;
  readonly touched: ReadonlyMap<HostName, View>;
  readonly isHealing: boolean;
}

/**
 * The lines by which the hub remembers who was confirmed on what: what takes part now, and of the others what it remembered.
 * A host that is only awaited is not among them, so that it goes on being one that joins.
 */
export function fleetMemory({ target, survey, touched, isHealing }: Facts): string {
  if (isHealing) return [...survey.remembered].map(([host, digest]) => `${host} ${digest}\n`).join('');
  const seen = new Set([...touched.keys(), ...survey.views.map((view) => view.host)]);
  const entries = [...target.hosts.keys()].flatMap((host): [HostName, { digest: string }][] => {
    const digest = seen.has(host) ? target.hosts.get(host)!.digest : survey.remembered.get(host);
    return digest === undefined ? [] : [[host, { digest }]];
  });
  return fleetLines(new Map(entries));
}
