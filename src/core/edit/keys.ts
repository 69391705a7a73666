import { formatHostKey, type HostKey, type PublicKey } from '../model/key.ts';
import { compareHosts, type HostName } from '../model/name.ts';
import { isAlias, isMap, isScalar, type Node, parseDocument, visit } from '../yaml.ts';
import { patchYaml, type Patched } from './patch.ts';
import type { YamlMapping } from './value.ts';

/** What the keys file says of one host. */
export interface HostEntry {
  readonly publicKey?: PublicKey;
  readonly hostKeys: readonly HostKey[];
}

const HEADER = `# The public keys of the hosts. \`kuiil enrol\` writes this file, people review it: a key that changes
# is a host that changed, or somebody else.
`;

/** Puts keys into a keys file, sorted: the hub, then by name. Comments stay with the entry that they stand above. */
export function patchKeys(text: string, entries: ReadonlyMap<HostName, HostEntry>): Patched {
  const patch: YamlMapping = Object.fromEntries(
    [...entries]
      .toSorted(([a], [b]) => compareHosts(a, b))
      .map(([host, { publicKey, hostKeys }]) => [
        host,
        {
          ...(publicKey === undefined ? {} : { wireguard: publicKey }),
          ssh: hostKeys.map(formatHostKey),
        },
      ]),
  );
  const patched = patchYaml(text === '' ? HEADER : text, patch);
  return 'text' in patched ? { text: sorted(patched.text) } : patched;
}

/**
 * The entries in order, each with the comment lines right above it. What stands above the first is about the whole file
 * and stays there, and so does what stands below the last. Where an anchor makes the order matter, nothing is moved.
 */
function sorted(text: string): string {
  const { contents } = parseDocument(text, { stringKeys: true, uniqueKeys: false, prettyErrors: false });
  if (!isMap(contents) || contents.flow || hasAnchor(contents)) return text;
  const lines = text.split(/(?<=\n)/);
  const entries = contents.items.map(({ key }) => ({
    name: isScalar(key) ? String(key.value) : '',
    line: lineOf(text, isScalar(key) ? key.range[0] : 0),
  }));
  if (entries.every(({ name }, i) => i === 0 || compareHosts(entries[i - 1]!.name, name) <= 0)) return text;
  const top = entries[0]!.line;
  const end = above(lines, lines.length, /^(?:#|\s*$|\.\.\.)/);
  const starts = [top, ...entries.slice(1).map(({ line }) => above(lines, line, /^#/)), end];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const blocks = entries.map(({ name }, i) => ({
    name,
    text: lines.slice(starts[i], starts[i + 1]).join(''),
  }));
  const inOrder = blocks
    .toSorted((a, b) => compareHosts(a.name, b.name))
    .map((block) => (block.text.endsWith('\n') ? block.text : block.text + newline));
  return [...lines.slice(0, top), ...inOrder, ...lines.slice(end)].join('');
}

function hasAnchor(node: Node): boolean {
  let found = false;
  visit(node, { Node: (_, each) => void (found ||= isAlias(each) || each.anchor !== undefined) });
  return found;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}

/** The first of the lines right above `line` that look like this. */
function above(lines: readonly string[], line: number, like: RegExp): number {
  let first = line;
  while (first > 0 && like.test(lines[first - 1]!)) first--;
  return first;
}
