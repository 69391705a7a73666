import type { Context, Hono } from 'hono';
import { githubChecks } from '../adapters/github/checks.ts';
import { githubClient, installationTokens } from '../adapters/github/client.ts';
import { githubCommands } from '../adapters/github/commands.ts';
import { githubContents } from '../adapters/github/contents.ts';
import { githubComments, githubPullRequests, openPullRequests } from '../adapters/github/pull-requests.ts';
import { quietStep } from '../adapters/http/quiet-step.ts';
import { webhookSettings, type Environment } from '../adapters/http/settings.ts';
import { webhookApp } from '../adapters/http/webhook-app.ts';
import { carryOut } from '../app/webhook/carry-out.ts';
import { taskOf, type Delivery, type Origin } from '../app/webhook/delivery.ts';
import { parsePatterns } from '../app/github/patterns.ts';
import type { Clock } from '../app/ports.ts';

interface Platform {
  readonly log: (line: string) => void;
  readonly later: (work: Promise<void>, context: Context) => void;
}

const clock: Clock = {
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** The webhook of a GitHub App, as the environment says. It has no way to any host: it writes to GitHub, and starts workflows. */
export function buildWebhook(env: Environment, { log, later }: Platform): Hono {
  const settings = webhookSettings(env);
  const token = installationTokens(settings);
  const patterns = parsePatterns(settings.topology);
  const handle = async (delivery: Delivery, origin: Origin): Promise<void> => {
    const task = taskOf(delivery, origin.defaultBranch);
    if (!task || origin.installation === undefined) return;
    const [owner = '', repo = ''] = origin.repository.split('/');
    const client = githubClient({
      token: await token(origin.installation),
      url: settings.url,
      repository: { owner, repo },
      log,
    });
    const workflow = { file: settings.workflow, branch: origin.defaultBranch };
    const said = await carryOut(
      task,
      { patterns, link: `https://github.com/${origin.repository}` },
      {
        contents: githubContents(client),
        pullRequests: githubPullRequests(client),
        comments: githubComments(client),
        checks: githubChecks(client),
        commands: githubCommands(client, workflow),
        open: (branch) => openPullRequests(client, branch),
        step: quietStep(log),
        clock,
      },
    );
    log(`${origin.repository} ${said}`);
  };
  return webhookApp({
    ...settings,
    log,
    later,
    handle: async (delivery, origin) => {
      try {
        await handle(delivery, origin);
      } catch (error) {
        log(
          `${origin.repository} ${delivery.event}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  });
}
