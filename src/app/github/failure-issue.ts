import type { Contents, Issue, Issues, Proposals, Proposed, RunLink, Written } from './ports.ts';
import type { TopologyRecord } from './record.ts';
import { proposeRestoration } from './restore.ts';
import { isOurIssue, marker } from './sticky.ts';

interface Request {
  readonly defaultBranch: string;
  readonly run: RunLink;
}

interface Ports {
  readonly issues: Issues;
  readonly contents: Contents;
  readonly proposals: Proposals;
}

/** The label by which our issues are found. */
const FAILED_LABEL = 'kuiil-failed';

/**
 * Where git says what the hosts do not run, after a deployment that was taken back or a rollback: an issue with what is true on every host,
 * and a pull request that makes git agree, which is answered. A deployment that goes through closes the issue.
 */
export async function keepFailure(
  record: TopologyRecord,
  writer: Written,
  { defaultBranch: base, run }: Request,
  { issues, contents, proposals }: Ports,
): Promise<Proposed | undefined> {
  const { file, outcome, text, restore } = record;
  const mark = marker('failed', file);
  const ours = (await issues.labelled(FAILED_LABEL)).find((each) =>
    isOurIssue(each, { writer, marker: mark }),
  );
  if (restore === undefined && outcome !== 'reverted' && outcome !== 'incomplete') {
    if (outcome === 'confirmed' || outcome === 'unchanged') await close(ours, run, issues);
    return undefined;
  }
  const reason = record.reason ?? 'A deployment was taken back.';
  const proposed =
    restore === undefined
      ? undefined
      : await proposeRestoration({ file, commit: restore, base, reason, run }, { contents, proposals });
  const body = [`${mark} -->`, ...whatNow(proposed), text, linked(run), ''].join('\n');
  if (!ours) await issues.create({ title: `Deployment: ${file}`.slice(0, 200), body, label: FAILED_LABEL });
  else {
    await issues.update(ours.number, { body, isOpen: true });
    await issues.comment(ours.number, `Again: ${linked(run)}`);
  }
  return proposed;
}

function whatNow(proposed: Proposed | undefined): readonly string[] {
  if (!proposed) return [];
  const { number } = proposed;
  const what =
    number === undefined
      ? `GitHub does not let this workflow open pull requests: <a href="${encodeURI(proposed.link)}">open this one</a>, which makes git agree with the hosts.`
      : `#${number} makes git agree with the hosts.`;
  return [`${what} Until that is merged, deployments are refused.`, ''];
}

async function close(ours: Issue | undefined, run: RunLink, issues: Issues): Promise<void> {
  if (!ours?.isOpen) return;
  await issues.update(ours.number, { body: ours.body, isOpen: false });
  await issues.comment(ours.number, `A later deployment went through: ${linked(run)}`);
}

function linked(run: RunLink): string {
  return `<sub><a href="${encodeURI(run)}">This run</a> has the whole.</sub>`;
}
