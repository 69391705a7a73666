import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';

/** Compares with a kept file; `UPDATE=1` writes it instead, for a person to review. */
export function expectGolden(path: string, text: string): void {
  if (process.env.UPDATE) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(
    existsSync(path) ? readFileSync(path, 'utf8') : `(there is no ${path}: run with UPDATE=1 and review it)`,
  );
}
