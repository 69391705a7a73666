export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Every JSON document that Kuiil prints begins with these two; `kuiil` counts up when a shape breaks. */
export interface Document {
  readonly kuiil: 1;
  readonly kind: string;
  readonly [key: string]: Json;
}

/** The bytes of a document: readable, and free of characters that cannot be seen. */
export function documentText(document: object): string {
  const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu;
  const text = JSON.stringify(document, null, 2).replace(unseen, (character) =>
    character === '\n' ? character : hex(character),
  );
  return `${text}\n`;
}

function hex(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
