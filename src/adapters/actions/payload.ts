import { readFile } from 'node:fs/promises';

/** The event that started the workflow, as the runner laid it down. */
export async function readPayload(path: string | undefined): Promise<unknown> {
  return path === undefined || path === '' ? {} : JSON.parse(await readFile(path, 'utf8'));
}
