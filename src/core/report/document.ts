export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Every JSON document that Kuiil prints begins with these two; `kuiil` counts up when a shape breaks. */
export interface Document {
  readonly kuiil: 1;
  readonly kind: string;
  readonly [key: string]: Json;
}

/** What came from elsewhere as JSON, once more as JSON; what is none becomes null. */
export function toJson(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]));
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
