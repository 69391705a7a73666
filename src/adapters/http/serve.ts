import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Served {
  readonly port: number;
  /** Takes no new request, and ends those that are there. */
  stop(): Promise<void>;
}

/** Serves on Node. Headers and bodies that come a byte at a time are cut off; a proxy in front speaks TLS. */
export async function serveOnNode(app: Hono, port: number, host: string): Promise<Served> {
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const started = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(started));
    started.once('error', reject);
  });
  if ('headersTimeout' in server) {
    server.headersTimeout = 10_000;
    server.requestTimeout = 20_000;
    server.maxHeadersCount = 64;
    server.keepAliveTimeout = 5_000;
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
