import { applyPatch, structuredPatch } from 'diff';

/** Text by path. */
export type Files = ReadonlyMap<string, string>;

/**
 * What git's three-way merge makes of two changes of `base`, or undefined on a conflict. Lines next to each other that both sides
 * changed are one.
 */
export function mergeFiles(base: Files, ours: Files, theirs: Files): Files | undefined {
  const merged = new Map<string, string>();
  for (const path of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [was, left, right] = [base.get(path), ours.get(path), theirs.get(path)];
    const result =
      left === right || right === was ? left : left === was ? right : mergeTexts(was, left, right);
    if (result === null) return undefined;
    if (result !== undefined) merged.set(path, result);
  }
  return merged;
}

function mergeTexts(was: string | undefined, left: string | undefined, right: string | undefined) {
  if (was === undefined || left === undefined || right === undefined) return null;
  const patch = structuredPatch('a', 'b', was, right, '', '', { context: 1 });
  const merged = applyPatch(left, patch);
  return merged === false ? null : merged;
}
