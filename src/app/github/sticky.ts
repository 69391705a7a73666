import { FaultError } from '../../core/model/fault.ts';
import { sha256 } from '../digest.ts';
import type { Clock } from '../ports.ts';
import type { Comment, Comments, Issue, Written } from './ports.ts';

/** Begins a comment of ours about one file, so that the next run finds it. What stands behind it are facts for people. */
export function marker(kind: 'plan' | 'frozen' | 'deployed' | 'drift' | 'failed', about: string): string {
  return `<!-- kuiil ${kind} ${sha256(about).slice(0, 32)}`;
}

/** The commits and the digest that a plan's comment names. Anybody who may write can change them: they explain, and decide nothing. */
export interface Pointer {
  readonly base: string;
  readonly merge: string;
  readonly digest: string;
}

export function pointerLine(file: string, { base, merge, digest }: Pointer): string {
  return `${marker('plan', file)} base=${base} merge=${merge} plan=${digest} -->`;
}

export function readPointer(body: string): Pointer | undefined {
  const [, base, merge, digest] =
    /^<!-- kuiil plan [0-9a-f]{32} base=([0-9a-f]{40}) merge=([0-9a-f]{40}) plan=([0-9a-f]{64}) -->/.exec(
      body,
    ) ?? [];
  return base && merge && digest ? { base, merge, digest } : undefined;
}

interface Sticky {
  readonly pullRequest: number;
  readonly marker: string;
  /** With the marker at its beginning. */
  readonly body: string;
  /** The App that we write as: whoever else writes our marker is not us. */
  readonly app: number;
  /** Whether to say it where nothing was said before. */
  readonly isNews: boolean;
}

const TRIES = 3;
const WAIT_MS = 1000;

/** Edits our comment, or writes it where there is none. */
export async function stick(sticky: Sticky, comments: Comments, clock: Clock): Promise<void> {
  for (let tried = 1; ; tried++) {
    const ours = (await comments.comments(sticky.pullRequest)).find((each) => isOurs(each, sticky));
    if (ours?.body === sticky.body || (!ours && !sticky.isNews)) return;
    if (ours) return comments.edit(ours.id, sticky.body);
    try {
      return await comments.create(sticky.pullRequest, sticky.body);
    } catch (error) {
      // It may have arrived all the same: the next look tells.
      if (!isTransient(error) || tried === TRIES) throw error;
      await clock.wait(WAIT_MS * tried);
    }
  }
}

export function isOurs({ author, app, body }: Comment, sticky: Pick<Sticky, 'app' | 'marker'>): boolean {
  return !author.isPerson && app === sticky.app && body.startsWith(`${sticky.marker} `);
}

/**
 * Whether an issue is ours: of issues GitHub does not always say which App opened them, but nobody else has the login of its bot. `writer` is
 * undefined where nothing was written yet: then any bot's is taken.
 */
export function isOurIssue(
  { author, app, body }: Issue,
  { writer, marker: mark }: { readonly writer: Written | undefined; readonly marker: string },
): boolean {
  if (author.isPerson || !body.startsWith(`${mark} `)) return false;
  return writer === undefined || app === writer.app || author.login === writer.bot;
}

function isTransient(error: unknown): boolean {
  return error instanceof FaultError && error.fault.code === 'github/request';
}
