/** The text of a workflow command, as `@actions/core` escapes it: the runner splits on line breaks and decodes `%`. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The value of a workflow command's property, which also ends at a comma or a colon. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
