import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionRelease } from '../../src/adapters/github/release.ts';

const COMMIT = 'a'.repeat(40);
let server: Server;
let url: string;
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.accept}`);
    const isThere = request.url!.endsWith('/v1.2.3');
    response.writeHead(isThere ? 200 : 422).end(isThere ? COMMIT : '{"message":"No commit found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('the release of the Action', () => {
  it('is the commit of its tag', async () => {
    expect(await actionRelease('v1.2.3', url)).toBe(COMMIT);
    expect(seen).toEqual(['/repos/kuiil/action/commits/v1.2.3 application/vnd.github.sha']);
  });

  it('is not known when GitHub knows no such tag', async () => {
    expect(await actionRelease('v9.9.9', url)).toBeUndefined();
  });
});
