import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';

/** The program as the source in this checkout has it now: `dist` may be older. */
export async function bundleProgram(): Promise<{ readonly file: string; readonly remove: () => void }> {
  const folder = resolve('node_modules/.cache/kuiil');
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/cli-${process.pid}-${Date.now().toString(36)}.mjs`;
  const bundle = await rolldown({
    input: 'src/entry/cli.ts',
    platform: 'node',
    external: [/cpu-features/, /\.node$/],
    moduleTypes: { '.sh': 'text' },
    logLevel: 'silent',
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return { file, remove: () => rmSync(file, { force: true }) };
}
