import { siteJobs } from '../../../app/site-jobs.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { sitesJson } from '../../../core/report/sites-json.ts';
import { UsageError } from '../options.ts';
import type { Result } from '../result.ts';

/** Which job looks after which sites. */
export function dealt(topology: Topology, jobs: number): Result {
  const found = siteJobs(topology, Math.max(1, jobs));
  return {
    exit: 0,
    text: () =>
      found
        .map(({ sites, hosts }) => `${sites.join(',')} ${hosts} ${hosts === 1 ? 'host' : 'hosts'}\n`)
        .join(''),
    json: () => sitesJson(found),
  };
}

/** A name that is not in the topology is a slip of the keyboard, and must not silently select nothing. */
export function knownSites({ clusters }: Topology, sites: readonly string[]): void {
  const known = ['hub', ...clusters.map(({ name }) => name)];
  const unknown = sites.find((site) => !known.includes(site));
  if (unknown !== undefined)
    throw new UsageError(`there is no site ${unknown}: write hub, or a cluster's name`);
}
