import { Hono } from 'hono';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { keepEvidence } from '../evidence.ts';
import { type App, type Bed, loginOf } from './bed.ts';
import { findOperation, type Operation, requestFaults, responseFaults } from './description.ts';
import type { Json } from './emulator.ts';
import type { Fault, Faults } from './faults.ts';
import { limitFaults } from './limits.ts';
import { checkRoutes } from './routes/checks.ts';
import { commentRoutes, pathOf } from './routes/comments.ts';
import { appRoutes } from './routes/apps.ts';
import { actionsRoutes } from './routes/actions.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { dispatchRoutes } from './routes/dispatch.ts';
import { environmentRoutes } from './routes/environments.ts';
import { pullRoutes } from './routes/pulls.ts';
import { rulesetRoutes } from './routes/rulesets.ts';
import { settingRoutes } from './routes/settings.ts';
import { type Bearer, isCovered, type Tokens } from './tokens.ts';

/** Content of a file that GitHub still sends as JSON. */
const JSON_CONTENT_BYTES = 1024 * 1024;

/** What the bed saw, for tests to judge. */
export interface Sightings {
  /** Every request: `METHOD /path?query`, who asked, what GitHub answered. */
  readonly requests: { readonly request: string; readonly login: string; status: number }[];
  /** Requests that GitHub's description or limits refuse, and answers of the bed that the description refuses. */
  readonly violations: string[];
  /** Calls with an unknown token, or that the job's permissions do not cover. A test that means them takes them out. */
  readonly refusals: string[];
}

export interface Judged {
  readonly bed: Bed;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly sightings: Sightings;
}

/** GitHub's front: judges a request, answers it or has the emulator answer, judges the answer. */
export function gitHubApp({ bed, tokens, faults, sightings }: Judged): App {
  const app: App = new Hono();
  app.use(async (c, next) => {
    const request = `${c.req.method} ${pathOf(c.req.url)}`;
    const bearer = tokens.bearer(c.req.header('authorization'));
    const seen = { request, login: bearer ? loginOf(bearer) : '', status: 0 };
    sightings.requests.push(seen);
    const fault = faults.next(request);
    if (fault && fault.kind !== 'slow')
      return strike(fault, (c.env as { incoming: IncomingMessage }).incoming);
    if (fault) await delay(fault.delayMs);
    const text = await c.req.raw.clone().text();
    keepEvidence('sent-to-github', text);
    const refused = refuse(
      {
        request,
        bearer,
        body: text === '' ? undefined : JSON.parse(text),
        header: (name) => c.req.header(name),
      },
      sightings,
    );
    if (refused) {
      seen.status = refused.status;
      return c.json({ message: refused.message }, refused.status as 404);
    }
    c.set('bearer', bearer!);
    await next();
    seen.status = c.res.status;
    await judgeAnswer(c.res, operationOf(request)!, sightings);
    for (const [name, value] of Object.entries(RATE)) c.res.headers.set(name, value);
    return undefined;
  });
  appRoutes(app, bed, tokens);
  for (const add of ROUTES) add(app, bed);
  app.all('*', async (c) => {
    const text = await c.req.text();
    const request = `${c.req.method} ${pathOf(c.req.url)}`;
    const as = loginOf(c.get('bearer'));
    const answer = await bed.emulator.ask(
      as,
      request,
      text === '' ? undefined : JSON.parse(text),
      c.req.header('accept'),
    );
    const body = Buffer.isBuffer(answer.body)
      ? new Uint8Array(answer.body)
      : answer.body === undefined
        ? null
        : JSON.stringify(likeContents(answer.body));
    return new Response(body, { status: answer.status, headers: answer.headers });
  });
  return app;
}

const ROUTES = [
  commentRoutes,
  checkRoutes,
  deploymentRoutes,
  settingRoutes,
  environmentRoutes,
  actionsRoutes,
  rulesetRoutes,
  dispatchRoutes,
  pullRoutes,
];

const RATE = {
  'x-ratelimit-limit': '1000',
  'x-ratelimit-remaining': '999',
  'x-ratelimit-reset': '4102444800',
};

const operationOf = (request: string): Operation | undefined => {
  const [method, target] = request.split(' ') as [string, string];
  return findOperation(method, target.split('?')[0]!);
};

/** The code in its path is all that proves who asks. */
const ANONYMOUS = 'POST /app-manifests/{code}/conversions';
/** What an App may ask for by its own key. */
const AS_APP = [
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /repos/{owner}/{repo}/installation',
];

interface Asked {
  readonly request: string;
  readonly bearer: Bearer | undefined;
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
}

/** Why GitHub would not do it. The order is GitHub's: who asks, whether it exists, whether they may, whether it is well formed. */
function refuse(
  { request, bearer, body, header }: Asked,
  sightings: Sightings,
): { status: number; message: string } | undefined {
  const violate = (status: number, message: string) => {
    sightings.violations.push(`${request}: ${message}`);
    return { status, message };
  };
  if (!header('user-agent')) return violate(403, 'Request forbidden by administrative rules: no User-Agent');
  const operation = operationOf(request);
  if (!bearer && (header('authorization') !== undefined || operation?.name !== ANONYMOUS)) {
    sightings.refusals.push(`${request}: unknown token`);
    return { status: 401, message: 'Bad credentials' };
  }
  if (!operation) return violate(404, 'is no operation in test/github/operations.json');
  if (header('x-github-api-version') !== '2022-11-28')
    return violate(400, 'names no API version, or another');
  if (bearer?.kind === 'job' && !isCovered(operation.name, bearer.permissions)) {
    sightings.refusals.push(`${request}: not covered by ${JSON.stringify(bearer.permissions)}`);
    return { status: 403, message: 'Resource not accessible by integration' };
  }
  if (bearer?.kind === 'app' && !AS_APP.includes(operation.name)) {
    sightings.refusals.push(`${request}: an App asks as itself`);
    return { status: 403, message: 'Resource not accessible by integration' };
  }
  const query = new URL(`http://github${request.split(' ')[1]}`).searchParams;
  const faults = [...requestFaults(operation, query, body), ...limitFaults(operation.name, body)];
  return faults.length > 0 ? violate(422, `Validation Failed: ${faults.join('; ')}`) : undefined;
}

async function judgeAnswer(answer: Response, operation: Operation, sightings: Sightings): Promise<void> {
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  const body = isJson ? await answer.clone().json() : undefined;
  if (answer.status < 400 && !isJson && answer.status !== 204) return;
  for (const fault of responseFaults(operation, answer.status, body)) {
    sightings.violations.push(`the bed, on ${operation.name}: ${fault}`);
  }
}

/** Above a megabyte the JSON of a file has no content: it has to be asked for raw. */
function likeContents(body: unknown): unknown {
  const file = body as Json;
  const isLarge = file.type === 'file' && Number(file.size) > JSON_CONTENT_BYTES;
  return isLarge ? { ...file, content: '', encoding: 'none' } : body;
}

function strike(fault: Exclude<Fault, { kind: 'slow' }>, incoming: IncomingMessage): Response {
  if (fault.kind === 'answer')
    return new Response(fault.body ?? null, {
      status: fault.status,
      headers: { 'content-type': 'application/json', ...fault.headers },
    });
  incoming.socket.resetAndDestroy();
  return new Response(null, { status: 500 });
}
