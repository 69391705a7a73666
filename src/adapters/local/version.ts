import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `VERSION (COMMIT)`. The commit cannot be built into a bundle that is itself committed, so it is read from the
 * checkout around the bundle; outside one, the Action's own ref says as much.
 */
export function version(folder: string, packageVersion: string, env: NodeJS.ProcessEnv): string {
  const commit = readCommit(join(folder, '.git')) ?? env.GITHUB_ACTION_REF;
  return commit === undefined || commit === ''
    ? packageVersion
    : `${packageVersion} (${commit.slice(0, 12)})`;
}

function readCommit(git: string): string | undefined {
  const head = readText(join(git, 'HEAD'));
  const ref = head && /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  if (!ref) return head;
  const packed = readText(join(git, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`));
  return readText(join(git, ref)) ?? packed?.split(' ')[0];
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
