/** A GitHub App that was made for the webhook. */
export interface AppOutcome {
  readonly id: number;
  readonly slug: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Where its secrets are, and nowhere else. */
  readonly file: string;
  /** Where it is installed, in a browser. */
  readonly installPage: string;
  /** The number of its installation on the repository; absent while there is none. */
  readonly installation?: number;
}
