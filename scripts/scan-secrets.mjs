// Looks for secrets in everything that the tests kept (test/evidence.ts), and fails when it finds one, or nothing to look at.
//
//   node scripts/scan-secrets.mjs FOLDER
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a private key or a token looks like, whoever made it. */
const FORMS = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'an OpenSSH key': /b3BlbnNzaC1rZXktdjE/,
  'a token of GitHub': /\bgh[opsur]_[A-Za-z0-9]{30,}/,
  'a fine-grained token of GitHub': /\bgithub_pat_[A-Za-z0-9_]{30,}/,
  'a WireGuard private key': /(?:Private|Preshared)Key\s*=\s*[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=/,
};
/** A shorter line of a secret is in too many places by chance. */
const MIN_LINE = 16;

export function findSecrets(text, secrets) {
  const known = secrets.flatMap((secret) => secret.split('\n')).filter(isTelling);
  return [
    ...Object.entries(FORMS).flatMap(([name, form]) => (form.test(text) ? [name] : [])),
    ...known
      .filter((line) => text.includes(line))
      .map((line) => `a secret of the tests, ${line.slice(0, 4)}…`),
  ];
}

function isTelling(line) {
  return line.length >= MIN_LINE && !line.startsWith('-----');
}

const [folder] = process.argv.slice(2);
if (process.argv[1] === import.meta.filename) {
  const names = readdirSync(join(folder, 'seen'));
  const handed = join(folder, 'secrets');
  const secrets = existsSync(handed) ? readFileSync(handed, 'utf8').split('\n') : [];
  const found = names.flatMap((name) => {
    const text = readFileSync(join(folder, 'seen', name), 'utf8');
    return findSecrets(text, secrets).map((what) => `${name}: ${what}`);
  });
  console.log(`${names.length} texts, ${secrets.filter(isTelling).length} secrets, ${found.length} found`);
  for (const line of found) console.error(line);
  process.exit(found.length > 0 || names.length === 0 ? 1 : 0);
}
