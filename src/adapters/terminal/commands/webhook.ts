import type { Result } from '../result.ts';
import { UsageError } from '../options.ts';
import type { World } from '../world.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** Not `--env-file`: node itself takes that, wherever it stands. */
  readonly settings?: string;
}

/** Serves the webhook until it is interrupted. */
export async function served(world: World, { port, host, settings }: ServeOptions): Promise<Result> {
  const file = settings === undefined ? {} : await variables(world, settings);
  const server = await world
    .webhook({ env: { ...file, ...world.env }, port, host })
    .catch((error: unknown) => {
      throw new UsageError(explain(error, { port, host }));
    });
  world.stderr.write(`listening on ${host} port ${server.port}\n`);
  await new Promise<void>((resolve) => {
    if (world.signal.aborted) resolve();
    world.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.stop();
  return { exit: 0, text: () => '', json: () => ({ kuiil: 1, kind: 'webhook', port: server.port }) };
}

async function variables(world: World, file: string): Promise<World['env']> {
  const bytes = await world.files.read(file);
  if (bytes === undefined) throw new UsageError(`there is no file ${file}`);
  // Not in the first versions of Node 20, which every other verb runs on.
  const { parseEnv } = await import('node:util');
  return parseEnv(new TextDecoder().decode(bytes));
}

function explain(error: unknown, { port, host }: { readonly port: number; readonly host: string }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} of ${host} is in use: name another with --port`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine`;
  if (code === 'EACCES') return `port ${port} is for root alone: name one above 1023 with --port`;
  return error instanceof Error ? error.message : String(error);
}
