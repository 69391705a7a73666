import type { SiteJob } from '../model/site.ts';
import type { Document } from './document.ts';

/** The document of kind `matrix`; its `include` is what a workflow's `strategy.matrix` takes. */
export function sitesJson(jobs: readonly SiteJob[]): Document {
  return {
    kuiil: 1,
    kind: 'matrix',
    include: jobs.map(({ name, sites, hosts }) => ({ name, sites: sites.join(','), hosts })),
  };
}
