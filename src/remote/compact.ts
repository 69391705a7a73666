const compacted = new Map<string, string>();

/** A script without comments and indentation, which bash reads in half the time: for one whose strings mind neither. */
export function compact(script: string): string {
  const text = compacted.get(script) ?? script.replaceAll(/^[\t ]*#.*\n|^[\t ]+/gm, '');
  compacted.set(script, text);
  return text;
}
