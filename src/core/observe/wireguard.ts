import {
  compareAddress,
  comparePrefix,
  isPrefix,
  parseAddress,
  parsePrefix,
  type Address,
  type Prefix,
} from '../model/address.ts';
import type { Peer, WireguardState } from '../model/host-state.ts';
import { parsePublicKey, type PublicKey } from '../model/key.ts';
import { compareHosts } from '../model/name.ts';
import type { Reading } from './reading.ts';

type Fields = ReadonlyMap<string, string>;

interface Section {
  readonly name: string;
  readonly fields: Map<string, string>;
}

/** Reads a wg-quick file of ours. Undefined when it is not one. */
export function observeConf(interfaceName: string, text: string): Reading<WireguardState | undefined> {
  const unread: string[] = [];
  const sections = readSections(text, unread);
  const [first, ...rest] = sections;
  const own = first?.name === 'Interface' ? readInterface(interfaceName, first.fields) : undefined;
  const peers = rest.flatMap((section) => readPeer(section, unread) ?? []);
  return { value: own && { ...own, peers: sortPeers(peers) }, unread };
}

/** The hub first, then by name. */
export function sortPeers(peers: readonly Peer[]): readonly Peer[] {
  return peers.toSorted((a, b) => compareHosts(a.name, b.name));
}

/** `# NAME` inside a peer's section is the host behind the key; `# PublicKey = …` is the interface's own. */
function readSections(text: string, unread: string[]): readonly Section[] {
  const sections: Section[] = [];
  for (const line of text.split('\n')) {
    const section = sections.at(-1);
    const header = /^\[(Interface|Peer)\]$/.exec(line);
    const field = /^(?:# )?([A-Za-z]+) = (.*)$/.exec(line);
    const name = /^# (\S+)$/.exec(line);
    if (header) sections.push({ name: header[1]!, fields: new Map() });
    else if (line === '' || (line.startsWith('#') && !section)) continue;
    else if (section && field) section.fields.set(field[1]!, field[2]!);
    else if (section && name) section.fields.set('Name', name[1]!);
    else unread.push(line);
  }
  return sections;
}

function readInterface(name: string, fields: Fields): Omit<WireguardState, 'peers'> | undefined {
  const publicKey = readKey(fields.get('PublicKey'));
  if (publicKey === undefined) return undefined;
  return {
    interface: name,
    publicKey,
    port: Number(fields.get('ListenPort')),
    mtu: Number(fields.get('MTU')),
    addresses: readAddresses(fields.get('Address') ?? ''),
  };
}

function readPeer({ fields }: Section, unread: string[]): Peer | undefined {
  const publicKey = readKey(fields.get('PublicKey'));
  if (publicKey === undefined) {
    unread.push(`[Peer] ${fields.get('PublicKey') ?? ''}`);
    return undefined;
  }
  const endpoint = fields.get('Endpoint');
  return {
    name: fields.get('Name') ?? publicKey,
    publicKey,
    ...(endpoint === undefined ? {} : { endpoint }),
    allowedIPs: readPrefixes((fields.get('AllowedIPs') ?? '').split(', '), unread),
    keepalive: Number(fields.get('PersistentKeepalive') ?? 0),
  };
}

/** Sorted; what is not a prefix goes to `unread`. */
export function readPrefixes(texts: readonly string[], unread: string[]): readonly Prefix[] {
  const prefixes: Prefix[] = [];
  for (const text of texts) {
    const prefix = parsePrefix(text);
    if (isPrefix(prefix)) prefixes.push(prefix);
    else if (text !== '') unread.push(text);
  }
  return prefixes.sort(comparePrefix);
}

function readAddresses(text: string): readonly Address[] {
  const addresses = text.split(', ').flatMap((each) => parseAddress(each.split('/')[0]!) ?? []);
  return addresses.toSorted(compareAddress);
}

function readKey(text: string | undefined): PublicKey | undefined {
  return text === undefined ? undefined : parsePublicKey(text);
}
