/** What was read, and every line that could not be: nothing that a host says is dropped silently. */
export interface Reading<T> {
  readonly value: T;
  /** The lines that have no meaning here, as they came: hostile until escaped. */
  readonly unread: readonly string[];
}

/** Maps lines one by one; those for which `read` answers undefined are kept as unread. */
export function readLines<T>(
  lines: readonly string[],
  read: (line: string) => T | undefined,
): Reading<readonly T[]> {
  const value: T[] = [];
  const unread: string[] = [];
  for (const line of lines) {
    const item = read(line);
    if (item === undefined) unread.push(line);
    else value.push(item);
  }
  return { value, unread };
}
