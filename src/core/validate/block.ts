import { isPrefix, parsePrefix, type Prefix } from '../model/address.ts';

/** A well-known block of addresses and what it is for. */
export interface Block {
  readonly prefix: Prefix;
  readonly use: string;
}

/** Reads a table of blocks that stands in our own source. */
export function blocks(table: Readonly<Record<string, string>>): readonly Block[] {
  return Object.entries(table).map(([text, use]) => {
    const prefix = parsePrefix(text);
    if (!isPrefix(prefix)) throw new Error(`${text} is no range`);
    return { prefix, use };
  });
}
