/** The API of one Kubernetes cluster, read only. */
export interface ClusterApi {
  /** What its kubeconfig calls the cluster. */
  readonly name: string | undefined;
  /** What stands at a path; undefined when nothing does (404), or when this user may not see it (403). Throws a FaultError. */
  get(path: string): Promise<unknown>;
}
