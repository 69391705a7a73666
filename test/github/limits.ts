type Json = Readonly<Record<string, unknown>>;

/** Characters that GitHub takes of one text, and entries of one list (docs.github.com, and its answers). */
const COMMENT = 65_536;
const CHECK_TEXT = 65_535;
const ANNOTATIONS = 50;
const STATUS_DESCRIPTION = 140;
/** Of an annotation, in bytes: 64 KB for its message and its details, 255 characters for its title. */
const ANNOTATION_MESSAGE = 65_536;
const ANNOTATION_TITLE = 255;

/** What GitHub would refuse for its size, though its description does not say so. */
export function limitFaults(operation: string, body: unknown): string[] {
  const sent = (body ?? {}) as Json;
  if (/comments|issues|pulls/.test(operation)) return text('body', sent.body, COMMENT);
  if (operation.includes('/check-runs')) return checkFaults((sent.output ?? {}) as Json);
  if (operation.endsWith('/statuses')) return text('description', sent.description, STATUS_DESCRIPTION);
  return [];
}

function checkFaults(output: Json): string[] {
  const annotations = (output.annotations ?? []) as Json[];
  return [
    ...text('summary', output.summary, CHECK_TEXT),
    ...text('text', output.text, CHECK_TEXT),
    ...(annotations.length > ANNOTATIONS
      ? [`${annotations.length} annotations: at most ${ANNOTATIONS}`]
      : []),
    ...annotations.flatMap((each) => [
      ...text('message of an annotation', each.message, ANNOTATION_MESSAGE),
      ...text('title of an annotation', each.title, ANNOTATION_TITLE),
      ...(each.start_column !== undefined && each.start_line !== each.end_line
        ? ['start_column of an annotation of several lines']
        : []),
    ]),
  ];
}

function text(name: string, value: unknown, limit: number): string[] {
  if (typeof value !== 'string' || value.length <= limit) return [];
  return [`${name} is too long (maximum is ${limit} characters): ${value.length}`];
}
