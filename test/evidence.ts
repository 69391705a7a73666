import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `scripts/test.mjs` collects what the tests produced, for `scripts/scan-secrets.mjs` to look through. */
const FOLDER = process.env.KUIIL_EVIDENCE;

/** Keeps a text that left a program: a stream, a file, a comment, a summary, a delivery. */
export function keepEvidence(name: string, text: string): void {
  if (FOLDER === undefined || text === '') return;
  mkdirSync(join(FOLDER, 'seen'), { recursive: true });
  writeFileSync(join(FOLDER, 'seen', `${name.replaceAll(/[^\w.-]/g, '_')}-${randomUUID()}`), text);
}

/** Names a secret that a test hands to a program, each of its lines, since a log may cut it there. */
export function keepSecret(secret: string): void {
  if (FOLDER === undefined) return;
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(join(FOLDER, 'secrets'), `${secret}\n`);
}
