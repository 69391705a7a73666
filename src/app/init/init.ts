import { githubFault } from '../github/fault.ts';
import { type Pin, templates } from './templates.ts';

export interface InitRequest {
  /** The default branch of the repository. */
  readonly branch: string;
  readonly pin: Pin;
  /** Left out: that of the examples. */
  readonly topology?: string;
}

export interface InitPorts {
  read(path: string): Promise<Uint8Array | undefined>;
  write(path: string, text: string): Promise<void>;
}

export interface Initialized {
  readonly written: readonly string[];
  /** What was there before, and was left as it is. */
  readonly kept: readonly string[];
}

/** Lays down a topology and the workflows. What is there is never overwritten. */
export async function init({ branch, pin, topology }: InitRequest, files: InitPorts): Promise<Initialized> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const { path, text } of templates(pin, branch, topology)) {
    const isThere = (await files.read(path)) !== undefined;
    if (!isThere) await files.write(path, text);
    (isThere ? kept : written).push(path);
  }
  return { written, kept };
}

/** The release of the Action that is the same version as this program. */
export async function pinOf(
  version: string,
  commitOf: (tag: string) => Promise<string | undefined>,
): Promise<Pin> {
  const tag = `v${version}`;
  const commit = await commitOf(tag).catch(() => undefined);
  if (commit !== undefined) return { commit, tag };
  throw githubFault({
    code: 'github/request',
    step: 'look up the release of the Action',
    cause: `GitHub does not say which commit ${tag} of kuiil/action is`,
    hint: 'give the commit yourself: kuiil init --pin COMMIT',
  });
}
