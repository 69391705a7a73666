/**
 * What the webhook does as an App, and no more. Comments on pull requests are written with `pull_requests`, reactions to them only
 * with `issues` (GitHub, "Permissions required for GitHub Apps").
 */
export const APP_PERMISSIONS = {
  contents: 'read',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  actions: 'write',
} as const;

/** What the webhook looks at; everything else would be ignored. */
export const APP_EVENTS = ['pull_request', 'push', 'issue_comment'] as const;

/** GitHub takes no longer name. */
const MAX_NAME = 34;

export interface Wanted {
  /** `https://…/github`. */
  readonly hook: string;
  /** The address of the repository, which the App shows as its home. */
  readonly home: string;
  /** Where GitHub sends the browser once the App is made. */
  readonly redirect: string;
}

/** An App as GitHub is asked for it ("Registering a GitHub App from a manifest"). It is private: only its owner can install it. */
export function manifestOf({ hook, home, redirect }: Wanted): object {
  return {
    // Names are taken once on all of GitHub; the page lets another one be chosen.
    name: `kuiil ${new URL(hook).hostname}`.slice(0, MAX_NAME).trim(),
    url: home,
    description: 'Plans pull requests and takes commands in comments, for Kuiil',
    hook_attributes: { url: hook, active: true },
    redirect_url: redirect,
    public: false,
    default_permissions: APP_PERMISSIONS,
    default_events: APP_EVENTS,
  };
}
