// Builds the bundles in dist. With --check: builds elsewhere and fails when dist differs.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ENTRIES = ['cli', 'action', 'webhook'];

async function build(folder) {
  for (const name of ENTRIES) {
    const bundle = await rolldown({
      input: `src/entry/${name}.ts`,
      // The webhook runs where there is no Node too.
      platform: name === 'webhook' ? 'browser' : 'node',
      // ssh2's optional native modules: it works without them, and a bundle cannot carry them.
      external: [/^node:/, /cpu-features/, /\.node$/],
      // ssh2 asks for its folder, to find a Windows program that is never run here.
      transform: { define: { __dirname: '"."' } },
      moduleTypes: { '.sh': 'text', '.yml': 'text', '.yaml': 'text' },
      logLevel: 'warn',
      checks: { eval: false },
    });
    await bundle.write({ file: join(folder, `${name}.js`), format: 'esm', codeSplitting: false });
    await bundle.close();
  }
}

if (process.argv.includes('--check')) {
  const folder = await mkdtemp(join(tmpdir(), 'kuiil-dist-'));
  await build(folder);
  const stale = [];
  for (const name of await readdir(folder)) {
    const [fresh, kept] = await Promise.all([
      readFile(join(folder, name)),
      readFile(join('dist', name)).catch(() => Buffer.alloc(0)),
    ]);
    if (!fresh.equals(kept)) stale.push(name);
  }
  await rm(folder, { recursive: true });
  if (stale.length > 0) {
    console.error(`dist is not what src builds: ${stale.join(', ')}. Run npm run build and commit it.`);
    process.exit(1);
  }
} else {
  await build('dist');
}
