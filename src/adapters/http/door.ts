import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { OpenDoor, Page } from '../../app/github-app/ports.ts';
import { UsageError } from '../terminal/options.ts';

/** Time for an answer that is on its way when the door closes. */
const CLOSE_MS = 1_000;

/** Serves pages to the browsers of this machine. Nothing is cached or framed, and pages that are linked to learn no address of ours. */
export const openDoor: OpenDoor = async (port, answer) => {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== 'GET') return void response.writeHead(405, HEADERS).end();
    answer({ target: request.url ?? '/', host: request.headers.host ?? '' }).then(
      (page) => respond(response, page),
      () => response.writeHead(500, HEADERS).end(),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new UsageError(
      isTaken
        ? `port ${port} is in use: name another with --port, or leave it out`
        : `no page can be served: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
};

const HEADERS = {
  'cache-control': 'no-store',
  connection: 'close',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-content-type-options': 'nosniff',
};

function respond(response: ServerResponse, page: Page): void {
  if (page.kind === 'go') response.writeHead(303, { ...HEADERS, location: page.to }).end();
  else
    response
      .writeHead(page.status, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' })
      .end(page.html);
}
