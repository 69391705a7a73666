import { handle } from 'hono/aws-lambda';
import type { ExecutionContext, Hono } from 'hono';
import type { Environment } from '../adapters/http/settings.ts';
import { buildWebhook } from './build-webhook.ts';

const log = (line: string) => console.log(line);
let app: Hono | undefined;

/** Cloudflare Workers: the variables come with the first request. */
export default {
  fetch(request: Request, env: Environment, context: ExecutionContext) {
    app ??= buildWebhook(env, { log, later: (work, { executionCtx }) => executionCtx.waitUntil(work) });
    return app.fetch(request, env, context);
  },
};

/** AWS Lambda, behind a function URL: it stands still after its answer, so what is to be done is done before that. */
export const handler = async (...call: Parameters<ReturnType<typeof handle>>) => {
  const works: Promise<void>[] = [];
  const once = buildWebhook(process.env, { log, later: (work) => void works.push(work) });
  const answer = await handle(once)(...call);
  await Promise.all(works);
  return answer;
};
