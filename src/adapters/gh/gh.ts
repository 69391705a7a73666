import { readFile } from 'node:fs/promises';
import { githubFault } from '../../app/github/fault.ts';
import type { RepositoryAdmin } from '../../app/github-setup/ports.ts';
import { quote } from '../../core/model/escape.ts';
import type { FaultError } from '../../core/model/fault.ts';
import { runProgram, type Ended } from '../local/process.ts';

/** In 2026-03-10 fields are gone that we read. */
const VERSION = 'X-GitHub-Api-Version: 2022-11-28';
const TIMEOUT_MS = 60_000;

/** GitHub by this user's own `gh`, as whom they are logged in there, until it is interrupted: no token passes through our hands. */
export function ghAdmin(signal: AbortSignal): RepositoryAdmin {
  const gh = (args: readonly string[], stdin = ''): Promise<Ended> =>
    runProgram({ argv: ['gh', ...args], stdin, timeoutMs: TIMEOUT_MS, signal });
  return {
    async read(path) {
      const ended = await gh(['api', '-H', VERSION, path]);
      if (ended.code === 0) return parse(path, ended.stdout);
      if (statusOf(ended) === 404) return undefined;
      throw failed(`read ${path}`, ended);
    },
    async write({ method, path, body }) {
      const input = body === undefined ? [] : ['--input', '-'];
      const ended = await gh(
        ['api', '-H', VERSION, '-X', method, path, ...input],
        body && JSON.stringify(body),
      );
      if (ended.code !== 0) throw failed(`${method} ${path}`, ended);
    },
    async giveSecret({ repository, environment, name, file }) {
      const text = await privateKeyIn(file, name);
      const ended = await gh(['secret', 'set', name, '--env', environment, '--repo', repository], text);
      if (ended.code !== 0) throw failed(`set the secret ${name}`, ended);
    },
  };
}

async function privateKeyIn(file: string, name: string): Promise<string> {
  const fault = (cause: string) =>
    githubFault({ code: 'github/input', step: `set the secret ${name}`, cause });
  const text = await readFile(file, 'utf8').catch(() => {
    throw fault(`${quote(file)} cannot be read`);
  });
  // A public key is a file beside it, with nearly the same name.
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw fault(`${quote(file)} is no private key`);
  return text;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw githubFault({ code: 'github/content', step: `read ${path}`, cause: 'gh printed no JSON' });
  }
}

/** gh ends its message with `(HTTP 404)`. */
function statusOf({ stderr }: Ended): number | undefined {
  const status = /\(HTTP (\d{3})\)/.exec(stderr)?.[1];
  return status === undefined ? undefined : Number(status);
}

function failed(step: string, ended: Ended): FaultError {
  const { failure, stderr, code } = ended;
  if (failure !== undefined && /ENOENT/.test(failure))
    return githubFault({
      code: 'github/request',
      step,
      cause: 'there is no program gh',
      hint: 'install GitHub’s CLI (https://cli.github.com), then: gh auth login',
    });
  // gh's own exit code for who is not logged in.
  const isStranger = code === 4 || statusOf(ended) === 401;
  const said = stderr.trim().replace(/^gh: /, '');
  const isElsewhere = /placeholder|not a git repository|none of the git remotes/i.test(said);
  return githubFault({
    code: [401, 403].includes(statusOf(ended) ?? 0) ? 'github/forbidden' : 'github/request',
    step,
    cause: quote(failure ?? (said === '' ? `gh ended with ${code ?? 'a signal'}` : said)),
    ...(isStranger ? { hint: 'log in: gh auth login' } : {}),
    ...(isElsewhere ? { hint: 'run it inside of a clone, or name the repository: --repo OWNER/NAME' } : {}),
  });
}
