import { parseAcceptance } from '../../core/model/danger.ts';
import type { Authority, Comment, PullRequests } from './ports.ts';

/** What people accepted in comments, and which comments do not count. */
export interface Judged {
  /** `CODE@DIGEST`, as a deployment takes them. */
  readonly accept: readonly string[];
  /** One sentence a comment, without a full stop. */
  readonly passedOver: readonly string[];
}

interface Ports {
  readonly pullRequests: PullRequests;
  readonly authority: Authority;
}

/**
 * Judges the comments of pull requests now, when it is deployed. What counts is a person's own words that nobody has changed
 * since, and that person may write to the repository. For which plan it counts, its digest says.
 */
export async function acceptances(
  numbers: readonly number[],
  { pullRequests, authority }: Ports,
): Promise<Judged> {
  const accept: string[] = [];
  const passedOver: string[] = [];
  for (const number of numbers) {
    for (const comment of await pullRequests.comments(number)) {
      const asked = acceptedIn(comment.body);
      if (asked.length === 0) continue;
      const reason =
        asked.map(malformed).find((each) => each !== undefined) ?? (await disregard(comment, authority));
      if (reason === undefined) accept.push(...asked);
      else passedOver.push(`what ${comment.author.login} accepts in #${number} does not count: ${reason}`);
    }
  }
  return { accept, passedOver };
}

/** `CODE@DIGEST` of a comment that holds nothing but lines `/kuiil accept CODE DIGEST`: what quotes or explains one accepts nothing. */
export function acceptedIn(body: string): readonly string[] {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '');
  const found = lines.map((line) => /^\/kuiil +accept +(\S+) +(\S+) *$/.exec(line));
  return found.every((each) => each !== null) ? found.map((each) => `${each[1]}@${each[2]}`) : [];
}

function malformed(text: string): string | undefined {
  const parsed = parseAcceptance(text);
  return typeof parsed === 'string' ? parsed : undefined;
}

/** Why a comment does not count. Writers can edit the comments of others, so an edited one has no certain author. */
async function disregard(
  { author, app, isEdited, isHidden }: Comment,
  authority: Authority,
): Promise<string | undefined> {
  if (!author.isPerson || app !== undefined) return 'it was not written by a person';
  if (isEdited) return 'it was edited: write a new comment';
  if (isHidden) return 'it is hidden';
  if (!(await authority.mayWrite(author.login))) return 'its author may not write to this repository';
  return undefined;
}
