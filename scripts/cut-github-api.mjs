// Cuts GitHub's official API description down to the operations in test/github/operations.json, and writes
// test/github/api.json. The package that carries it is 404 MB, so it is fetched here and is no dependency:
//
//   node scripts/cut-github-api.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = '@octokit/openapi@23.0.2';
const FILE = 'package/generated/api.github.com.json';
// What only people read, which is nine tenths of the description.
const PROSE = new Set([
  'description',
  'example',
  'examples',
  'title',
  'summary',
  'externalDocs',
  'tags',
  'deprecated',
]);

const folder = mkdtempSync(join(tmpdir(), 'kuiil-github-api-'));
try {
  const { operations, whole } = fetchDescription();
  const cut = cutDescription(whole, operations);
  writeFileSync('test/github/api.json', `${lines(cut)}\n`);
  console.log(`${operations.length} operations, ${Object.keys(cut.components.schemas).length} schemas`);
} finally {
  rmSync(folder, { recursive: true });
}

function fetchDescription() {
  run('npm', ['pack', '--silent', '--pack-destination', folder, PACKAGE]);
  const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  run('tar', ['-xzf', join(folder, archive), '-C', folder, FILE]);
  return {
    operations: Object.keys(JSON.parse(readFileSync('test/github/operations.json', 'utf8'))),
    whole: JSON.parse(readFileSync(join(folder, FILE), 'utf8')),
  };
}

function run(program, args) {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}

/** The operations, and what they refer to, and what that refers to. */
function cutDescription(whole, operations) {
  const cut = { source: PACKAGE, paths: {}, components: { schemas: {}, parameters: {}, responses: {} } };
  for (const operation of operations) {
    const [method, path] = operation.split(' ');
    const found = whole.paths[path]?.[method.toLowerCase()];
    if (!found) throw new Error(`GitHub describes no ${operation}`);
    const { operationId, parameters, requestBody, responses } = bare(found);
    (cut.paths[path] ??= {})[method.toLowerCase()] = { operationId, parameters, requestBody, responses };
  }
  for (let before = -1, text = ''; before !== text.length;) {
    before = text.length;
    text = JSON.stringify(cut);
    for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)) {
      cut.components[kind][name] ??= bare(whole.components[kind][name]);
    }
  }
  return cut;
}

/** Without prose. Below `properties` the keys are names, and one of them may well be `description`. */
function bare(node, areNames = false) {
  if (Array.isArray(node)) return node.map((each) => bare(each));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => areNames || !(PROSE.has(key) || key.startsWith('x-') || key === 'headers'))
      .map(([key, value]) => [key, bare(value, !areNames && key === 'properties')]),
  );
}

/** One line an operation and a schema, so that the difference between two cuts can be read. */
function lines({ source, paths, components }) {
  const block = (entries) =>
    Object.entries(entries)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n');
  const kinds = Object.entries(components).map(([kind, entries]) => `"${kind}": {\n${block(entries)}\n}`);
  return `{\n"source": "${source}",\n"paths": {\n${block(paths)}\n},\n"components": {\n${kinds.join(',\n')}\n}\n}`;
}
