import { readdirSync, readFileSync } from 'node:fs';
import { readYaml } from '../../../src/core/parse/source.ts';

/** Files as people write them: every topology and keys file of this repository that YAML can read, and odd ones. */
export function corpus(): readonly { readonly name: string; readonly text: string }[] {
  const files = ['examples', 'test/golden/diagnostics'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => ({ name: `${folder}/${file}`, text: readFileSync(`${folder}/${file}`, 'utf8') })),
  );
  return [...files, ...ODD].filter(({ text }) => isMapping(readYaml('topology', text)));
}

function isMapping({ value, findings }: ReturnType<typeof readYaml>): boolean {
  return findings.length === 0 && typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ODD: readonly { readonly name: string; readonly text: string }[] = Object.entries({
  'no final newline': 'a: 1\nb: 2',
  'windows line ends': '# head\r\na:\r\n  b: 1 # one\r\n  c: [x, y]\r\nd:\r\n',
  'document markers': '%YAML 1.2\n---\n# inside\na: { b: 1 }\n...\n',
  'comments between': '# one\n\na: 1 # a\n# two\n\n# three\nb:\n  # four\n  c: 2\n    # five\n# six\n',
  'deep indentation': 'a:\n      b:\n            c: 1\n      d: 2\n',
  'lists below their key': 'a:\n- x\n- y # why\nb:\n  - z\n',
  'empty values': 'a:\nb: # nothing\nc: ~\nd: {}\ne: []\nf: null # said\n',
  'quoted everything': `"a": "1"\n'b': 'it''s'\n"c d": { "e": 'f' }\n`,
  'flow over lines': 'a: {\n  b: 1, # one\n  c: 2 # two\n}\nd: {\n  e: 1,\n  f: 2, # last\n}\ng: 1\n',
  'flow in flow': 'a: { b: { c: 1, d: [x] }, e: f }\n',
  'trailing comma': 'a: { b: 1, }\nc: [x, ]\n',
  'everything in one flow': '{ a: 1, b: { c: 2 } }\n',
  'block texts': 'a: |\n  one\n  two\n\nb: >-\n  folded\n  text\nc: 1\n',
  'a long folded text': "a: 'one\n  two'\nb: 2\n",
  'wide marks': 'a:   1      # far\nb :  2\n',
}).map(([name, text]) => ({ name, text }));
