import type { Result } from '../result.ts';
import { UsageError } from '../options.ts';
import type { World } from '../world.ts';

/** Serves the webhook until it is interrupted. */
export async function served(
  world: World,
  options: { readonly port: number; readonly host: string },
): Promise<Result> {
  const server = await world.webhook(options).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  world.stderr.write(`listening on ${options.host} port ${server.port}\n`);
  await new Promise<void>((resolve) => {
    if (world.signal.aborted) resolve();
    world.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.stop();
  return { exit: 0, text: () => '', json: () => ({ kuiil: 1, kind: 'webhook', port: server.port }) };
}
