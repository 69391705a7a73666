/** Hosts that one job of a workflow looks after: whole sites, so that a runner inside of a site can reach them. */
export interface SiteJob {
  /** The sites' names joined by `+`, for the job's title: `hub`, `cluster1`, `cluster1+cluster2`. */
  readonly name: string;
  /** `hub` or clusters, as `--site` takes them. */
  readonly sites: readonly string[];
  readonly hosts: number;
}
