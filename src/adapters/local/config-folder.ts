import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's files are (XDG Base Directory Specification); those of a network are in a folder of its name. */
export function configFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'kuiil');
}
