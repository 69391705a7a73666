import type { Judged } from './judged.ts';
import type { Seen } from './look.ts';
import { ACTIONS_APP_ID, PLAN_JOB } from './wanted.ts';

/** What the default branch lets through: without pull requests nobody sees a plan, and a direct push is not deployed. */
export function judgeBranch({ repository, branch, rules, workflows }: Seen): readonly Judged[] {
  const ruleset = (name: string, list: readonly object[]) => ({
    method: 'POST' as const,
    path: `repos/${repository}/rulesets`,
    body: {
      name,
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: list,
    },
  });
  const found: Judged[] = [];
  if (!rules.pullRequest)
    found.push({
      finding: {
        code: 'branch-unprotected',
        weight: 'unsafe',
        what: `${branch} takes pushes without a pull request: nobody sees their plan, and they are not deployed`,
      },
      mend: {
        what: `ruleset "kuiil pull requests": ${branch} changes by pull requests alone`,
        requests: [ruleset('kuiil pull requests', [PULL_REQUEST, { type: 'non_fast_forward' }])],
      },
    });
  if (!rules.checks.includes(PLAN_JOB)) {
    const what = `the check "${PLAN_JOB}" is not required on ${branch}: what has no valid plan can be merged`;
    const isThere = workflows.some(({ text }) => uses(text, 'plan'));
    // A required check that no workflow makes is awaited for ever.
    const mend = {
      what: `ruleset "kuiil plan": the check "${PLAN_JOB}" is required on ${branch}`,
      requests: [ruleset('kuiil plan', [planRequired()])],
    };
    found.push({ finding: { code: 'plan-not-required', weight: 'missing', what }, ...(isThere && { mend }) });
  }
  return found;
}

/** Whether a workflow uses one of our actions. */
export function uses(text: string, subAction: string): boolean {
  return new RegExp(`^\\s*(?:-\\s+)?uses:\\s*['"]?kuiil/action/${subAction}@`, 'm').test(text);
}

/** How many have to approve is for people to say. */
const PULL_REQUEST = {
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 0,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
};

function planRequired(): object {
  const required_status_checks = [{ context: PLAN_JOB, integration_id: ACTIONS_APP_ID }];
  return {
    type: 'required_status_checks',
    parameters: { required_status_checks, strict_required_status_checks_policy: false },
  };
}
