import { join } from 'node:path';
import { registerApp } from '../../../app/github-app/register.ts';
import { githubAppJson, githubAppText } from '../../../core/report/github-app.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';
import { placeOf } from './github.ts';

export interface AppOptions {
  readonly url?: string;
  readonly repo?: string;
  readonly port?: number;
  readonly out?: string;
}

/** Makes the GitHub App of the webhook, by a page on this machine. */
export async function githubApp(world: World, options: AppOptions): Promise<Result> {
  const hook = hookOf(options.url);
  const file = options.out ?? join(world.configFolder, `${hook.hostname}.env`);
  const server = world.env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const api = world.env['GITHUB_API_URL'];
  const ports = await world.githubApp(api);
  const outcome = await registerApp(
    {
      place: placeOf(options.repo),
      hook: hook.href,
      port: options.port ?? 0,
      file,
      server,
      ...(api === undefined || api === 'https://api.github.com' ? {} : { api }),
    },
    {
      ...ports,
      admin: world.admin,
      clock: world.clock,
      signal: world.signal,
      say: (line) => world.stderr.write(`${line}\n`),
    },
  );
  return {
    exit: outcome.installation === undefined ? 3 : 0,
    text: () => githubAppText(outcome, paint(world.stdout)),
    json: () => githubAppJson(outcome),
  };
}

/** Where GitHub delivers to: `https://…/github`. */
function hookOf(text: string | undefined): URL {
  if (text === undefined)
    throw new UsageError('say where the webhook will be reached: --url https://webhook.example.org');
  const wrong = (why: string) => new UsageError(`\`${text}\` ${why}: write https://webhook.example.org`);
  if (!URL.canParse(text)) throw wrong('is no address');
  const url = new URL(text);
  if (url.protocol !== 'https:') throw wrong('does not begin with https');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong('is more than an address');
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/github') ? path : `${path}/github`;
  return url;
}
