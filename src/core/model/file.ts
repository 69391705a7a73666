/** A file as it stands on a host. Text ends in a newline; the same state always gives the same bytes. */
export interface HostFile {
  /** Absolute path on the host. */
  readonly path: string;
  /** Permission bits, such as 0o600. */
  readonly mode: number;
  readonly text: string;
}
