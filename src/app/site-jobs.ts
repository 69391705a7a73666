import { compareText, HUB } from '../core/model/name.ts';
import type { SiteJob } from '../core/model/site.ts';
import { isPending, type Topology } from '../core/model/topology.ts';

/** What GitHub makes of one matrix at most. */
export const MAX_JOBS = 256;

/**
 * The sites of a network dealt out to at most `jobs` jobs, about equally large: one a site where that is few enough. The hub is a site of
 * its own. Sites without an enrolled host are left out. Sorted by name, the hub first.
 */
export function siteJobs({ hub, clusters }: Topology, jobs: number): readonly SiteJob[] {
  const sites = [
    { name: HUB as string, hosts: isPending(hub) ? 0 : 1 },
    ...clusters.map(({ name, nodes }) => ({ name, hosts: nodes.filter((node) => !isPending(node)).length })),
  ].filter(({ hosts }) => hosts > 0);
  const bins = Array.from({ length: Math.min(jobs, MAX_JOBS, sites.length) }, () => ({
    sites: [] as string[],
    hosts: 0,
  }));
  // The largest first, each to whoever has least: at most a third worse than the best there is (Graham, 1969).
  for (const site of sites.toSorted((a, b) => b.hosts - a.hosts || compareText(a.name, b.name))) {
    const least = bins.reduce((best, bin) => (bin.hosts < best.hosts ? bin : best));
    least.sites.push(site.name);
    least.hosts += site.hosts;
  }
  return bins
    .map(({ sites: names, hosts }) => {
      const sorted = names.toSorted(compareSites);
      return { name: sorted.join('+'), sites: sorted, hosts };
    })
    .toSorted((a, b) => compareSites(a.sites[0]!, b.sites[0]!));
}

function compareSites(a: string, b: string): number {
  return Number(b === HUB) - Number(a === HUB) || compareText(a, b);
}
