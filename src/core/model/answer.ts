/** What a host answered to one call, taken apart but not yet believed: every line is the host's own word. */
export interface HostAnswer {
  /** The script's exit code: 0 done, 3 busy, 4 refused before any change, 5 put back, 6 not put back. */
  readonly code: number;
  /** By name; the lines as the host's tools printed them. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
}
