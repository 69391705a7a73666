import type { AppOutcome } from '../model/github-app.ts';
import type { Document } from './document.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';

/** What was made, where its secrets are, and what comes next; never the secrets. */
export function githubAppText(outcome: AppOutcome, paint: Paint = PLAIN): string {
  const { id, installation, installPage } = outcome;
  const [slug, repository, file] = [outcome.slug, outcome.repository, outcome.file].map((text) =>
    visible(text, MAX_NAME),
  );
  const first =
    installation === undefined
      ? `${paint.yellow('not installed')}: the App ${slug} (${id}) is there, and nobody has installed it on ${repository} yet.`
      : `${paint.green('ready')}: the App ${slug} (${id}) is installed on ${repository}.`;
  const left =
    installation === undefined
      ? [
          `  install  ${visible(installPage)}`,
          '           then add a line KUIIL_INSTALLATIONS=NUMBER to the file: it is at the end of the address of the page that follows',
        ]
      : [];
  return [
    first,
    `  secrets  ${file}: for you alone, and nothing that belongs in git`,
    ...left,
    `  start    kuiil webhook --settings ${file}`,
    '           or on Workers or Lambda, as docs/webhook.md says',
    '',
  ].join('\n');
}

export function githubAppJson({
  id,
  slug,
  repository,
  file,
  installPage,
  installation,
}: AppOutcome): Document {
  return {
    kuiil: 1,
    kind: 'app',
    id,
    slug,
    repository,
    file,
    installPage,
    installation: installation ?? null,
  };
}
