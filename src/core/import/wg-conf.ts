import { parseAddress, prefixOf, width, type Address, type Prefix } from '../model/address.ts';
import { parsePublicKey, type PublicKey } from '../model/key.ts';

/** What a wg-quick file says of a network. It holds a private key: that line is passed over, and never kept. */
export interface WgConf {
  /** What the file is called, for questions about it. */
  readonly file: string;
  /** The interface's own addresses, with the length that was written. */
  readonly addresses: readonly { readonly address: Address; readonly length: number | undefined }[];
  readonly port?: number;
  readonly peers: readonly WgPeer[];
  /** Lines that mean something which a topology does not say: hooks, foreign tables, marks, preshared keys. */
  readonly left: readonly string[];
}

export interface WgPeer {
  /** From the comment above or inside of the section. */
  readonly name?: string;
  readonly publicKey?: PublicKey;
  /** In the order of the file; host bits, which `wg` ignores too, are gone. */
  readonly allowed: readonly Prefix[];
  /** As it was written: `host:port`. */
  readonly endpoint?: string;
  readonly keepalive?: number;
}

interface Section {
  readonly kind: 'interface' | 'peer';
  readonly fields: (readonly [key: string, value: string])[];
  comment: string | undefined;
}

/** Reads a file in the form of wg-quick(8), as people write it. Never fails: what it does not understand is left out. */
export function readWgConf(file: string, text: string): WgConf {
  const sections = sectionsOf(text);
  const own = sections.filter(({ kind }) => kind === 'interface').flatMap(({ fields }) => fields);
  const port = Number(first(own, 'listenport'));
  return {
    file,
    addresses: listOf(own, 'address').flatMap(ownAddress),
    ...(port > 0 ? { port } : {}),
    peers: sections.filter(({ kind }) => kind === 'peer').map(peerOf),
    left: sections.flatMap(({ fields }) => fields.flatMap(leftOf)),
  };
}

const SECRET: ReadonlySet<string> = new Set(['privatekey', 'presharedkey']);
const WORDS: ReadonlyMap<string, string> = new Map(
  ['PresharedKey', 'FwMark', 'Table', 'DNS', 'PreUp', 'PostUp', 'PreDown', 'PostDown', 'SaveConfig'].map(
    (word) => [word.toLowerCase(), word],
  ),
);

function leftOf([key, value]: Section['fields'][number]): readonly string[] {
  const name = WORDS.get(key);
  if (name === undefined) return [];
  return [SECRET.has(key) ? name : `${name} = ${value.replaceAll(/[A-Za-z0-9+/]{43}=/g, '(a key)')}`];
}

function sectionsOf(text: string): readonly Section[] {
  const sections: Section[] = [];
  let above: string | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const section = sections.at(-1);
    const [, head] = /^\[(interface|peer)\]/i.exec(line) ?? [];
    const [, said] = /^#\s*(.*\S)/.exec(line) ?? [];
    const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*?)\s*(?:#.*)?$/.exec(line) ?? [];
    if (head !== undefined) {
      const kind = head.toLowerCase() === 'peer' ? 'peer' : 'interface';
      sections.push({ kind, fields: [], comment: above });
      above = undefined;
    } else if (said !== undefined) {
      if (section && section.fields.length === 0) section.comment ??= said;
      else above = said;
    } else if (key !== undefined && value !== undefined) {
      const name = key.toLowerCase();
      section?.fields.push([name, SECRET.has(name) ? '' : value]);
    } else if (line === '') above = undefined;
  }
  return sections;
}

function peerOf({ fields, comment }: Section): WgPeer {
  const publicKey = parsePublicKey(first(fields, 'publickey') ?? '');
  const endpoint = first(fields, 'endpoint');
  const keepalive = first(fields, 'persistentkeepalive');
  const name = comment === undefined ? undefined : labelOf(comment);
  return {
    ...(name === undefined ? {} : { name }),
    ...(publicKey === undefined ? {} : { publicKey }),
    allowed: listOf(fields, 'allowedips').flatMap(block),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(keepalive === undefined || !/^\d+$/.test(keepalive) ? {} : { keepalive: Number(keepalive) }),
  };
}

/** The first word of a comment that can name a cluster. */
function labelOf(comment: string): string | undefined {
  const words = comment.toLowerCase().match(/[a-z0-9][a-z0-9-]*/g) ?? [];
  return words.find((word) => !NO_NAMES.has(word) && word.length <= 40)?.replace(/-+$/, '');
}

const NO_NAMES: ReadonlySet<string> = new Set([
  'peer',
  'the',
  'a',
  'of',
  'for',
  'client',
  'master',
  'router',
  'hub',
  'all',
]);

function listOf(fields: Section['fields'], key: string): readonly string[] {
  return fields
    .filter(([name]) => name === key)
    .flatMap(([, value]) => value.split(','))
    .map((each) => each.trim());
}

function first(fields: Section['fields'], key: string): string | undefined {
  return fields.find(([name]) => name === key)?.[1];
}

function ownAddress(text: string): WgConf['addresses'] {
  const [host = '', length] = text.split('/');
  const address = parseAddress(host);
  return address ? [{ address, length: length === undefined ? undefined : Number(length) }] : [];
}

function block(text: string): readonly Prefix[] {
  const [host = '', digits] = text.split('/');
  const address = parseAddress(host);
  if (!address) return [];
  const length = digits === undefined ? width(address.family) : Number(digits);
  return length >= 0 && length <= width(address.family) ? [prefixOf(address, length)] : [];
}
