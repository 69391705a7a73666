import type { Checked } from '../../core/model/diagnostic.ts';
import type { Topology } from '../../core/model/topology.ts';
import { diagnosticsAnnotations } from '../../core/report/diagnostics-annotations.ts';
import { diagnosticsJson } from '../../core/report/diagnostics-json.ts';
import { diagnosticsMarkdown } from '../../core/report/diagnostics-markdown.ts';
import { diagnosticsText } from '../../core/report/diagnostics.ts';
import { documentText } from '../../core/report/document.ts';
import type { Format } from './options.ts';
import { paint } from './paint.ts';
import type { World } from './world.ts';

/** What a verb found: its exit code, and how it reads in each format. A format that is not given reads as text. */
export interface Result {
  readonly exit: number;
  readonly text: () => string;
  readonly json: () => object;
  readonly markdown?: () => string;
  readonly github?: () => string;
}

export function print(world: World, format: Format, result: Result): void {
  const text = format === 'json' ? documentText(result.json()) : (result[format] ?? result.text)();
  if (text !== '') world.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** What there is to say about the input. Exit code 1 when it holds an error. */
export function diagnosed(world: World, { value, diagnostics }: Checked<Topology>): Result {
  return {
    exit: value === undefined ? 1 : 0,
    text: () => diagnosticsText(diagnostics, paint(world.stdout)),
    json: () => diagnosticsJson(diagnostics),
    markdown: () => diagnosticsMarkdown(diagnostics),
    github: () => diagnosticsAnnotations(diagnostics),
  };
}
