import { MAX_NAME, visible } from './escape.ts';

/** A name from outside for a quoted label: what Mermaid, Markdown or HTML could read becomes Mermaid's own entity. */
export function label(text: string, maxLength = MAX_NAME): string {
  // Mermaid refuses an empty label.
  return (visible(text, maxLength) || ' ').replace(
    /[^A-Za-z0-9 .,:/()_+\-\u{a1}-\u{10ffff}]/gu,
    (character) => `#${character.codePointAt(0)!};`,
  );
}
