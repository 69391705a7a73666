export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly file?: string;
  readonly line?: number;
  readonly title?: string;
  readonly message: string;
}

/** So many of a level GitHub shows of one step; the rest vanish. */
const SHOWN = 10;
const LEVELS = ['error', 'warning', 'notice'] as const;

/** Reads a stream as the runner does: takes the commands out of it, and what is to be hidden it hides. */
export function readLog(stream: string): {
  readonly log: string;
  readonly annotations: readonly Annotation[];
} {
  const lines: string[] = [];
  const annotations: Annotation[] = [];
  for (const line of stream.split(/\r\n|\r|\n/)) {
    const [, command, properties = '', message] = /^\s*::([a-z-]+)(?: (.*?))?::(.*)$/.exec(line) ?? [];
    const level = LEVELS.find((each) => each === command);
    if (level) annotations.push(annotationOf(level, properties, message!));
    if (command === undefined || command === 'group') lines.push(line);
    else if (level) lines.push(`${level}: ${unescape(message!)}`);
    else if (command !== 'endgroup' && command !== 'add-mask')
      throw new Error(`the runner knows no ::${command}::`);
  }
  return {
    log: lines.join('\n'),
    annotations: LEVELS.flatMap((level) =>
      annotations.filter((each) => each.level === level).slice(0, SHOWN),
    ),
  };
}

function annotationOf(level: Annotation['level'], properties: string, message: string): Annotation {
  const named = Object.fromEntries(
    properties.split(',').map((each) => {
      const [name, value = ''] = each.split('=');
      return [name, unescape(value).replaceAll('%3A', ':').replaceAll('%2C', ',')];
    }),
  ) as Record<string, string | undefined>;
  return {
    level,
    message: unescape(message),
    ...(named.file === undefined ? {} : { file: named.file }),
    ...(named.line === undefined ? {} : { line: Number(named.line) }),
    ...(named.title === undefined ? {} : { title: named.title }),
  };
}

const unescape = (text: string) =>
  text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
