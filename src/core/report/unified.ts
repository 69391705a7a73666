import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { visible, visibleLine } from './escape.ts';

/** How one file changes, ready to be shown: every line is escaped. */
export interface FileDiff {
  readonly lines: readonly string[];
  readonly added: number;
  readonly removed: number;
}

interface FileVersions {
  /** Shown behind `a/` and `b/`. */
  readonly path: string;
  /** Absent: the file is not there on that side. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const CONTEXT = 3;

/**
 * Where jsdiff gives up: its cost grows with the square of the edits, and 2,000 take half a second. A limit on
 * time would make the same plan print other bytes on a busy machine.
 */
const MAX_EDITS = 1000;

/** A unified diff with `--- a/PATH` and `+++ b/PATH`; no lines when both sides are equal. */
export function unifiedDiff({ path, before, after }: FileVersions): FileDiff {
  if (before === after) return { lines: [], added: 0, removed: 0 };
  const hunks = hunksOf(before ?? '', after ?? '').map(({ header, lines }) => ({
    header,
    lines: lines.map((line) => visibleLine(line)),
  }));
  const amount = (mark: string) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(mark)).length;
  const shown = visible(path);
  return {
    lines: [
      `--- ${before === undefined ? '/dev/null' : `a/${shown}`}`,
      `+++ ${after === undefined ? '/dev/null' : `b/${shown}`}`,
      ...hunks.flatMap(({ header, lines }) => [header, ...lines]),
    ],
    added: amount('+'),
    removed: amount('-'),
  };
}

interface Hunk {
  readonly header: string;
  readonly lines: readonly string[];
}

function hunksOf(before: string, after: string): readonly Hunk[] {
  // One empty side needs no search; nor has it a limit.
  const patch =
    before === '' || after === ''
      ? undefined
      : structuredPatch('', '', before, after, undefined, undefined, {
          context: CONTEXT,
          maxEditLength: MAX_EDITS,
        });
  return patch ? patch.hunks.map(hunkOf) : [replaced(before, after)];
}

function hunkOf({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): Hunk {
  return { header: header([oldStart, oldLines], [newStart, newLines]), lines };
}

/** Every line goes and every line comes: always true, if not always the shortest. */
function replaced(before: string, after: string): Hunk {
  const [old, now] = [split(before), split(after)];
  return {
    header: header([1, old.lines.length], [1, now.lines.length]),
    lines: [...marked('-', old), ...marked('+', now)],
  };
}

interface Lines {
  readonly lines: readonly string[];
  readonly endsOpen: boolean;
}

function split(text: string): Lines {
  const lines = text.split('\n');
  const endsOpen = lines.at(-1) !== '';
  return { lines: endsOpen ? lines : lines.slice(0, -1), endsOpen };
}

function marked(mark: string, { lines, endsOpen }: Lines): readonly string[] {
  return [...lines.map((line) => mark + line), ...(endsOpen ? ['\\ No newline at end of file'] : [])];
}

function header(old: readonly [number, number], now: readonly [number, number]): string {
  return `@@ -${range(old)} +${range(now)} @@`;
}

/** As GNU diff writes it: a count of one is left out, and an empty range names the line before it. */
function range([start, lines]: readonly [number, number]): string {
  if (lines === 0) return `${start - 1},0`;
  return lines === 1 ? String(start) : `${start},${lines}`;
}
