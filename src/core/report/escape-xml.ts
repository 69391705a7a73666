import { MAX_NAME, visible } from './escape.ts';

/** Text from outside as the text or an attribute of an XML element. */
export function xml(text: string, maxLength = MAX_NAME): string {
  return visible(text, maxLength)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
