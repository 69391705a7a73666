import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { expect } from 'vitest';

/** Everything that a report makes on purpose. A link or an image is never among it. */
const ALLOWED = new Set(
  'p strong em code pre table thead tbody tr th td details summary ul li br'
    .split(' ')
    .flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
);
ALLOWED.add('<code class="language-diff">');
ALLOWED.add('<code class="language-mermaid">');
ALLOWED.add('<br />');

/** Renders Markdown as GitHub does and fails when a name from outside became anything but text. */
export function expectHarmless(markdown: string): string {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  expect((html.match(/<[^>]*>?/g) ?? []).filter((tag) => !ALLOWED.has(tag))).toEqual([]);
  for (const tag of ['details', 'summary', 'pre', 'code', 'table']) {
    expect(html.split(`<${tag}`).length, `open and closed ${tag}`).toBe(html.split(`</${tag}>`).length);
  }
  // GitHub makes these links itself, from the text outside of code.
  const words = decode(html.replace(/<(pre|code)\b[^>]*>[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' '));
  expect(words).not.toMatch(/@[a-z0-9]|#[0-9]|:\/\/|www\.[a-z]/i);
  expect(markdown.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  return html;
}

function decode(html: string): string {
  return html
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
