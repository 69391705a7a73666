import { githubFault } from '../../app/github/fault.ts';
import type { Registry } from '../../app/github-app/ports.ts';
import { privateKeyPem } from '../../app/github-app/private-key.ts';
import { appClient } from './client.ts';
import { found } from './failure.ts';

const WAIT_MS = 30_000;

/** GitHub, for an App that is being made: the code is all that proves who asks, so no token is sent. */
export function githubRegistry(url = 'https://api.github.com'): Registry {
  return {
    async convert(code) {
      const answer = await post(`${url}/app-manifests/${encodeURIComponent(code)}/conversions`);
      if (answer.status === 404 || answer.status === 422) return undefined;
      if (answer.status !== 201) throw unanswered(`it answered ${answer.status}`);
      return answer.json().catch(() => {
        throw unanswered('its answer is no JSON');
      });
    },
    async installation({ id, privateKey }, repository) {
      const [owner = '', repo = ''] = repository.split('/');
      const octokit = appClient({ appId: String(id), privateKey: privateKeyPem(privateKey) ?? '', url });
      const answer = await found(
        'ask where the App is installed',
        octokit.request('GET /repos/{owner}/{repo}/installation', { owner, repo, request: { retries: 0 } }),
      );
      return answer?.data.id;
    },
  };
}

async function post(address: string): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': 'kuiil',
        'x-github-api-version': '2022-11-28',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(WAIT_MS),
    });
  } catch (error) {
    throw unanswered(error instanceof Error ? error.message : String(error));
  }
}

function unanswered(cause: string) {
  return githubFault({ code: 'github/request', step: 'take over the App', cause });
}
