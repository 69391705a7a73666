import { code } from '../../core/report/escape-markdown.ts';
import type { Contents, Issue, Issues, Proposals, Proposed, RunLink, Written } from './ports.ts';
import type { TopologyRecord } from './record.ts';
import { restoration, retireOthers } from './restore.ts';
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
 * and a pull request that makes git agree, which is answered. Where git moves on meanwhile, another one takes its place. A deployment that goes
 * through closes the issue.
 */
export async function keepFailure(
  record: TopologyRecord,
  writer: Written,
  request: Request,
  ports: Ports,
): Promise<Proposed | undefined> {
  const { file, outcome, text, restore } = record;
  const { defaultBranch: base, run } = request;
  const { issues, contents, proposals } = ports;
  const mark = marker('failed', file);
  const ours = (await issues.labelled(FAILED_LABEL)).find((each) =>
    isOurIssue(each, { writer, marker: mark }),
  );
  if (restore === undefined && outcome !== 'reverted' && outcome !== 'incomplete') {
    if (outcome === 'confirmed' || outcome === 'unchanged') await close(ours, file, request, ports);
    return undefined;
  }
  const reason = record.reason ?? 'A deployment was taken back.';
  const { pulls } = record;
  const proposal =
    restore === undefined
      ? undefined
      : await restoration({ file, commit: restore, base, reason, pulls, run }, contents);
  // A freeze met what was merged: that is news only where nothing was proposed yet that begins with what git says now.
  if (outcome === 'refused' && (!ours?.isOpen || !proposal || (await proposals.isKnown(proposal))))
    return undefined;
  const proposed = proposal && (await proposals.propose(proposal));
  if (proposed) {
    const why = `${code(base)} moved on, and ${named(proposed)} takes the place of this one.`;
    await retireOthers({ file, base, why }, proposal.branch, proposals);
  }
  const body = [`${mark} -->`, ...whatNow(proposed), text, linked(run), ''].join('\n');
  if (!ours) await issues.create({ title: `Deployment: ${file}`.slice(0, 200), body, label: FAILED_LABEL });
  else {
    await issues.update(ours.number, { body, isOpen: true });
    const news = outcome === 'refused' && proposed ? `${code(base)} moved on` : 'Again';
    await issues.comment(ours.number, `${news}: ${linked(run)}`);
  }
  return proposed;
}

function whatNow(proposed: Proposed | undefined): readonly string[] {
  if (!proposed) return [];
  const what =
    proposed.number === undefined
      ? `GitHub does not let this workflow open pull requests: open ${named(proposed)}, which makes git agree with the hosts.`
      : `${named(proposed)} makes git agree with the hosts.`;
  return [`${what} Until that is merged, or somebody says \`/kuiil unfreeze\`, deployments are refused.`, ''];
}

function named({ number, link }: Proposed): string {
  return number === undefined ? `<a href="${encodeURI(link)}">this one</a>` : `#${number}`;
}

async function close(
  ours: Issue | undefined,
  file: string,
  { defaultBranch: base, run }: Request,
  { issues, proposals }: Ports,
): Promise<void> {
  if (!ours?.isOpen) return;
  const why = `A later deployment went through: ${linked(run)}`;
  await retireOthers({ file, base, why }, undefined, proposals);
  await issues.update(ours.number, { body: ours.body, isOpen: false });
  await issues.comment(ours.number, why);
}

function linked(run: RunLink): string {
  return `<sub><a href="${encodeURI(run)}">This run</a> has the whole.</sub>`;
}
