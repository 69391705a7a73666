// Writes what is derived from the source: schema/topology.schema.json, docs/diagnostics.md, and the README's tables about the Action.
// With --check: writes nothing and fails when one of them is stale.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { rolldown } from 'rolldown';
import { actionTables } from './action-tables.mjs';

const ENTRY = `
export { CODES } from './src/core/codes.ts';
export { topologyJsonSchema } from './src/core/parse/schema.ts';
`;

const AREAS = {
  yaml: 'The file',
  schema: 'Keys and values',
  name: 'Names',
  range: 'Name ranges',
  net: 'Ranges and addresses',
  tunnel: 'The tunnel',
  node: 'Nodes',
  pods: 'Pods',
  services: 'Services',
  hub: 'The hub',
  wireguard: 'WireGuard',
  router: 'Routers',
  key: 'Keys',
  keys: 'The keys file',
  ssh: 'SSH',
  expect: 'Expectations',
  ignore: 'What drift is to be left alone',
};

const INTRODUCTION = `# Diagnostics

<!-- Written by scripts/generate.mjs from src/core/codes. Do not edit. -->

What \`kuiil validate\` and the Action say about \`topology.yaml\` and \`topology.keys.yaml\`. All of it is said at once, sorted by
file, line and column. An error forbids a plan; a warning and a notice do not. A code is stable: it can be searched for, and is
never used for something else. What would only repeat another diagnostic, or may be false once that one is mended, is not said.
Every code has a rejected topology and its exact output in [test/golden/diagnostics](../test/golden/diagnostics).`;

const { CODES, topologyJsonSchema } = await load();
const outputs = {
  'schema/topology.schema.json': `${JSON.stringify(topologyJsonSchema(), null, 2)}\n`,
  'docs/diagnostics.md': diagnosticsPage(CODES),
  'README.md': await readme(),
};

if (process.argv.includes('--check')) {
  const stale = [];
  for (const [file, text] of Object.entries(outputs)) {
    if ((await readFile(file, 'utf8').catch(() => '')) !== text) stale.push(file);
  }
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}. Run npm run generate and commit it.`);
    process.exit(1);
  }
} else {
  for (const [file, text] of Object.entries(outputs)) await writeFile(file, text);
}

/** The README as it is, with new tables between its two marks. */
async function readme() {
  const text = await readFile('README.md', 'utf8');
  const [before, , after] = text.split(/(?<=<!-- action:begin[^>]*-->)|(?=<!-- action:end)/);
  const options = await resolveConfig('README.md');
  return format(`${before}\n\n${actionTables()}\n\n${after}`, { ...options, parser: 'markdown' });
}

/** The source is TypeScript, which Node 20 does not read. */
async function load() {
  const folder = await mkdtemp(join(tmpdir(), 'kuiil-generate-'));
  try {
    const bundle = await rolldown({
      input: 'entry.ts',
      platform: 'node',
      logLevel: 'warn',
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id === 'entry.ts' ? join(process.cwd(), 'entry.ts') : undefined),
          load: (id) => (id === join(process.cwd(), 'entry.ts') ? ENTRY : undefined),
        },
      ],
    });
    const file = join(folder, 'generate.mjs');
    await bundle.write({ file, format: 'esm', codeSplitting: false });
    await bundle.close();
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function diagnosticsPage(codes) {
  const sections = Object.entries(AREAS).map(([area, title]) => {
    const rows = Object.entries(codes).filter(([code]) => code.startsWith(`${area}/`));
    return [`## ${title}`, ...rows.map(([code, entry]) => diagnosticSection(code, entry))].join('\n\n');
  });
  const known = Object.keys(codes).filter((code) => !(code.split('/')[0] in AREAS));
  if (known.length > 0) throw new Error(`no area for ${known.join(', ')}`);
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

function diagnosticSection(code, { severity, title, explanation, fix }) {
  return `### ${code}\n\n**${severity}** · ${title}\n\n${explanation}\n\nFix: ${looksLikeYaml(fix) ? `\`${fix}\`` : `${fix}`}`;
}

/** A fix is a line of YAML, or a sentence that quotes what it needs to. */
function looksLikeYaml(fix) {
  return /^[a-zA-Z0-9[\]/-]+: /.test(fix) && !fix.includes('`');
}
