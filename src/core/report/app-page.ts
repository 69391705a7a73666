import { xml } from './escape-xml.ts';

const MAX_MANIFEST = 10_000;

interface Form {
  /** Where the manifest is sent. */
  readonly action: string;
  readonly manifest: object;
  readonly owner: string;
}

/** The page that sends a person to GitHub with the manifest of an App. */
export function askPage({ action, manifest, owner }: Form): string {
  const json = JSON.stringify(manifest);
  return page(`<h1>The GitHub App of Kuiil’s webhook</h1>
<p>This asks GitHub for an App of ${xml(owner)}, as below. GitHub shows it to you before it makes it. The App’s key and secret then come to
the terminal that showed you this address, and to nobody else.</p>
<form method="post" action="${xml(action, 1000)}">
<input type="hidden" name="manifest" value="${xml(json, MAX_MANIFEST)}">
<button autofocus>Go on to GitHub</button>
</form>
<pre>${Object.entries(manifest)
    .map(([name, value]) => xml(`${name}: ${JSON.stringify(value)}`, MAX_MANIFEST))
    .join('\n')}</pre>`);
}

/** A page of one sentence. */
export function wordsPage(text: string): string {
  return page(`<p>${xml(text, 1000)}</p>`);
}

function page(body: string): string {
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Kuiil</title>\n${body}\n</html>\n`;
}
