import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's files for a network are (XDG Base Directory Specification). */
export function configFolder(env: Readonly<Record<string, string | undefined>>, network: string): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'kuiil', network);
}
