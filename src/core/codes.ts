import { ACCESS_CODES } from './codes/access.ts';
import { EXPECT_CODES } from './codes/expect.ts';
import { IGNORE_CODES } from './codes/ignore.ts';
import { NETWORK_CODES } from './codes/network.ts';
import { SCHEMA_CODES } from './codes/schema.ts';
import { YAML_CODES } from './codes/yaml.ts';

/** Every code that a diagnostic can have. A code is stable: it is never renamed, and a removed one is not used again. */
export const CODES = {
  ...YAML_CODES,
  ...SCHEMA_CODES,
  ...NETWORK_CODES,
  ...ACCESS_CODES,
  ...EXPECT_CODES,
  ...IGNORE_CODES,
};

export type DiagnosticCode = keyof typeof CODES;
