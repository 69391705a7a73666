// Bundles one TypeScript file and runs it: `node scripts/run-ts.mjs FILE ARG…`, on any Node that runs Kuiil.
import { mkdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const [file, ...args] = process.argv.slice(2);
const folder = resolve('node_modules/.cache/kuiil');
await mkdir(folder, { recursive: true });
const out = `${folder}/${basename(file, '.ts')}-${process.pid}.mjs`;
const bundle = await rolldown({
  input: file,
  platform: 'node',
  external: [/cpu-features/, /\.node$/],
  // ssh2 asks for its folder, to find a Windows program that is never run here.
  transform: { define: { __dirname: '"."' } },
  moduleTypes: { '.sh': 'text', '.yml': 'text', '.yaml': 'text' },
  logLevel: 'silent',
});
await bundle.write({ file: out, format: 'esm', codeSplitting: false });
await bundle.close();
process.argv = [process.argv[0], out, ...args];
await import(pathToFileURL(out).href);
