/** What GitHub stores of a comment. Counted in bytes, which are never fewer than characters, whichever it counts. */
export const COMMENT_BUDGET = 65_536;

/** How many bytes the text takes in UTF-8. */
export function size(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Half of a surrogate pair counts two, so that a pair has its four bytes.
    if (unit >= 0x80) bytes += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** Takes every part that still fits, each with a line break behind it; a large one does not keep small ones out. */
export function fit(
  parts: readonly string[],
  budget: number,
): { readonly taken: readonly string[]; readonly omitted: number } {
  let left = budget;
  const taken = parts.filter((part) => {
    const bytes = size(part) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
  return { taken, omitted: parts.length - taken.length };
}

/** The first parts that fit: for the rows of a table, where a gap would mislead. */
export function fitFirst(
  parts: readonly string[],
  budget: number,
): { readonly taken: readonly string[]; readonly omitted: number } {
  let left = budget;
  const end = parts.findIndex((part) => (left -= size(part) + 1) < 0);
  const taken = end < 0 ? parts : parts.slice(0, end);
  return { taken, omitted: parts.length - taken.length };
}
