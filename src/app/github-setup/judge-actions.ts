import { quote } from '../../core/model/escape.ts';
import { uses } from './judge-branch.ts';
import type { Choices, Judged } from './judged.ts';
import type { Seen } from './look.ts';
import { OUR_ACTIONS, SUB_ACTIONS } from './wanted.ts';

/** Whether workflows run at all, which actions they may use, and which of ours they do use. */
export function judgeActions(seen: Seen, choices: Choices): readonly Judged[] {
  return [...judgeSettings(seen), ...judgeTokens(seen, choices), ...judgeWorkflows(seen)];
}

function judgeSettings({ repository, actions }: Seen): readonly Judged[] {
  const path = `repos/${repository}/actions/permissions`;
  if (!actions.enabled)
    return [
      {
        finding: {
          code: 'actions-off',
          weight: 'missing',
          what: 'GitHub Actions are off in this repository',
        },
        mend: {
          what: 'GitHub Actions are on',
          requests: [{ method: 'PUT', path, body: { enabled: true } }],
        },
      },
    ];
  const { allowed, selected } = actions;
  if (allowed === 'all' || (allowed === 'selected' && selected.patterns.some(letsUsIn))) return [];
  const choose = { method: 'PUT', path, body: { enabled: true, allowed_actions: 'selected' } } as const;
  const body = { ...selected.rest, patterns_allowed: [...selected.patterns, OUR_ACTIONS] };
  const admit = { method: 'PUT', path: `${path}/selected-actions`, body } as const;
  return [
    {
      finding: {
        code: 'action-forbidden',
        weight: 'missing',
        what: 'the repository chooses which actions may run, and ours is not among them',
      },
      mend: {
        what: `the actions ${OUR_ACTIONS} may run`,
        requests: allowed === 'selected' ? [admit] : [choose, admit],
      },
    },
  ];
}

/** GitHub's patterns: `owner/*`, `owner/name@*`, `owner/name/*`. */
function letsUsIn(pattern: string): boolean {
  return !pattern.startsWith('!') && /^kuiil\/(\*|action(\/?\*)?(@.*)?$)/.test(pattern);
}

function judgeTokens({ repository, actions }: Seen, { openPullRequests }: Choices): readonly Judged[] {
  const found: Judged[] = [];
  const rights = actions.tokensMayWrite ? 'write' : 'read';
  if (!actions.mayOpenPullRequests)
    found.push({
      finding: {
        code: 'pull-requests-by-hand',
        weight: 'advice',
        what: 'workflows may not open pull requests: a rollback pushes a branch, and links the page on which you open it',
        byHand: 'kuiil github setup --open-pull-requests, which lets them approve pull requests as well',
      },
      ...(openPullRequests && {
        mend: {
          what: 'workflows may open pull requests',
          requests: [
            {
              method: 'PUT',
              path: `repos/${repository}/actions/permissions/workflow`,
              body: { default_workflow_permissions: rights, can_approve_pull_request_reviews: true },
            },
          ],
        },
      }),
    });
  if (actions.tokensMayWrite)
    found.push({
      finding: {
        code: 'tokens-may-write',
        weight: 'advice',
        what: 'workflows that say nothing about permissions may write to the repository; ours say what they need',
        byHand: 'Settings, Actions, General: read repository contents and packages permissions',
      },
    });
  return found;
}

function judgeWorkflows({ repository, branch, workflows }: Seen): readonly Judged[] {
  const missing = SUB_ACTIONS.filter(({ name }) => !workflows.some(({ text }) => uses(text, name)));
  const lay = (file: string) =>
    `kuiil init lays .github/workflows/${file} down; merge it into ${branch}, which is what runs`;
  return [
    ...missing.map(({ name, file, isNeeded, without }): Judged => ({
      finding: {
        code: 'workflow-missing',
        weight: isNeeded ? 'missing' : 'advice',
        what: `no workflow on ${branch} uses kuiil/action/${name}: ${without}`,
        byHand: lay(file),
      },
    })),
    ...workflows.flatMap(({ id, path, isActive, text }): readonly Judged[] => [
      ...(isActive
        ? []
        : [
            {
              finding: {
                code: 'workflow-off' as const,
                weight: 'missing' as const,
                what: `${path} is off, as GitHub does after 60 quiet days`,
              },
              mend: {
                what: `${path} is on`,
                requests: [
                  { method: 'PUT' as const, path: `repos/${repository}/actions/workflows/${id}/enable` },
                ],
              },
            },
          ]),
      ...moving(text).map((reference) => ({
        finding: {
          code: 'action-not-pinned' as const,
          weight: 'unsafe' as const,
          what: `${path} uses ${quote(reference)}, which can be moved to other code`,
          byHand: 'write a commit of 40 digits, with the version behind it as a comment',
        },
      })),
    ]),
  ];
}

/** Our actions by a tag or a branch instead of a commit, each once. */
function moving(text: string): readonly string[] {
  const used = [...text.matchAll(/^\s*(?:-\s+)?uses:\s*['"]?(kuiil\/action[^\s'"#]*)/gm)].map(
    ([, each]) => each!,
  );
  return [...new Set(used)].filter((each) => !/@[0-9a-f]{40}$/.test(each)).toSorted();
}
