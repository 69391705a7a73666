/** What became of one transaction on one host. */
export interface BookEntry {
  /** Seconds since the epoch by the host's clock. */
  readonly at: number;
  readonly outcome: 'confirmed' | 'healed' | 'reverted';
  readonly transaction: string;
  /** Digest of the host's release that it was about. */
  readonly digest: string;
  /** What was deployed, in git; hostile. */
  readonly commit?: string;
  /** Who deployed; hostile. */
  readonly who: string;
}
