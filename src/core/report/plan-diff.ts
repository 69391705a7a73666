import type { HostFile } from '../model/file.ts';
import type { HostName } from '../model/name.ts';
import type { HostPlan, Plan } from '../model/plan.ts';
import { unifiedDiff, type FileDiff } from './unified.ts';

/** One host of a plan with the diffs of its files. */
export interface HostDiff {
  readonly plan: HostPlan;
  /** Sorted by path; files that do not change are left out. */
  readonly files: readonly (FileDiff & {
    readonly path: string;
    readonly status: 'added' | 'changed' | 'removed';
  })[];
  readonly added: number;
  readonly removed: number;
}

/** The hosts of a plan that something happens to, in its order. */
export function diffHosts(plan: Plan): readonly HostDiff[] {
  return plan.hosts.filter(({ status }) => status !== 'unchanged').map(diffHost);
}

function diffHost(plan: HostPlan): HostDiff {
  const paths = [...new Set([...plan.before, ...plan.after].map((file) => file.path))].toSorted();
  const files = paths.flatMap((path) => {
    const [before, after] = [find(plan.before, path), find(plan.after, path)];
    const diff = diffFile(plan.host, before, after);
    const status = before ? (after ? 'changed' : 'removed') : 'added';
    return diff.lines.length === 0 ? [] : [{ ...diff, path, status } as const];
  });
  return {
    plan,
    files,
    added: files.reduce((sum, file) => sum + file.added, 0),
    removed: files.reduce((sum, file) => sum + file.removed, 0),
  };
}

function diffFile(host: HostName, before: HostFile | undefined, after: HostFile | undefined): FileDiff {
  const path = host + (before ?? after)!.path;
  const diff = unifiedDiff({ path, before: before?.text, after: after?.text });
  if (!before || !after || before.mode === after.mode) return diff;
  const modes = [`old mode ${octal(before.mode)}`, `new mode ${octal(after.mode)}`];
  return { ...diff, lines: [...modes, ...diff.lines] };
}

function find(files: readonly HostFile[], path: string): HostFile | undefined {
  return files.find((file) => file.path === path);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
