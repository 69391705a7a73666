/** Why no deployment may be made. It lies on the hub, so that everybody who deploys meets it. Texts are hostile until escaped. */
export interface Freeze {
  readonly reason: string;
  readonly who: string;
  /** Seconds since the epoch by the hub's clock; 0: not known. */
  readonly since: number;
  /** Digest of the plan that was refused or taken back. */
  readonly plan?: string;
  /** Somebody set it before work on the network: it stays until it is lifted by hand, also where git and the hosts agree. */
  readonly isByHand?: boolean;
}
