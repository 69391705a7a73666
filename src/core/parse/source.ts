import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
  type YAMLError,
  type YAMLMap,
} from '../yaml.ts';
import { finding } from '../codes/finding.ts';
import type { Finding, Place, Source, Span } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { type SyntaxFault, syntaxFindings } from './syntax.ts';

/** One YAML file as plain values, with the way back from a place to its line. */
export interface YamlSource {
  /** Mappings are objects keyed by the text of the key, lists are arrays; undefined when the syntax is broken. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly span: (place: Place) => Span;
}

// The deepest thing a topology says is clusters / name / nodes / name / ssh / port. Beyond this, recursion is an attack.
const MAX_DEPTH = 32;
const MAX_ALIASED_VALUES = 100_000;
// Four times what a hundred thousand nodes need. A file of commas alone would keep the machine busy for a minute.
const MAX_LEXEMES = 2_000_000;
// Only the first fault of syntax is told. A file of closing brackets would make millions.
const MAX_FAULTS = 100;

/** Reads YAML 1.2, core schema, whatever the file's own directives say. Never throws. */
export function readYaml(source: Source, text: string): YamlSource {
  const { document, faults, stop } = compose(text);
  const walk: Walk = {
    source,
    findings: [],
    path: [],
    anchors: new Map(),
    targets: new Map(),
    open: new Set(),
    expanding: undefined,
    aliased: 0,
  };
  if (stop) walk.findings.push(stopped(source, stop));
  const syntax = syntaxFindings(source, text, faults);
  const isReadable = document !== undefined && syntax.every((found) => found.code === 'yaml/tag');
  const value = isReadable ? plain(walk, document.contents, 0) : undefined;
  const isAttack = walk.findings.some(({ code }) => code === 'yaml/alias-bomb' || code === 'yaml/too-deep');
  return {
    value: isAttack ? undefined : value,
    findings: [...syntax, ...walk.findings],
    span: spanFinder(text, document, walk.targets),
  };
}

interface Composed {
  readonly document?: Document.Parsed | undefined;
  readonly faults: readonly SyntaxFault[];
  /** Why reading stopped, and where. */
  readonly stop?: Stop | undefined;
}

interface Stop {
  readonly code: 'yaml/too-deep' | 'yaml/too-large';
  readonly offset: number;
}

/**
 * As `parseDocument` of the library, which recurses and whose cost grows with the square of the depth: a file of
 * brackets alone takes minutes and then the stack. The depth is looked at while the file is read, before that.
 */
function compose(text: string): Composed {
  // Each fault is an Error to the library. Without their stacks a file of a million faults takes seconds, not a minute.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return composeBounded(text);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function composeBounded(text: string): Composed {
  const reading: { stop?: Stop } = {};
  const documents = new Composer(OPTIONS).compose(boundedTokens(text, reading), true, text.length);
  const document = documents.next().value ?? undefined;
  const second = documents.next().value ?? undefined;
  if (reading.stop) return { faults: [], stop: reading.stop };
  const faults: SyntaxFault[] = [...(document?.errors ?? []), ...(document?.warnings ?? [])].map((fault) => ({
    code: fault.code,
    message: fault.message,
    pos: fault.pos,
    opensAt: () => document && openerBefore(document, fault),
  }));
  if (second) faults.push({ code: 'MULTIPLE_DOCS', message: '', pos: [second.range[0], second.range[1]] });
  return { document, faults };
}

function* boundedTokens(text: string, reading: { stop?: Stop }): Generator<CST.Token> {
  const parser = new Parser();
  let lexemes = 0;
  let faults = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') faults++;
      yield token;
    }
    if (faults > MAX_FAULTS) break;
    if (parser.stack.length > MAX_DEPTH) reading.stop = { code: 'yaml/too-deep', offset: parser.offset };
    else if (++lexemes > MAX_LEXEMES) reading.stop = { code: 'yaml/too-large', offset: parser.offset };
    if (reading.stop) return;
  }
  yield* parser.end();
}

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  // A cluster called 010 or true is a name, not a number or a truth value.
  stringKeys: true,
  // The library compares each key with every other one of its mapping; the walk below finds duplicates in linear time.
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/** Where the quote or bracket begins that should have been closed by the place of a fault; the library tells only its end. */
function openerBefore(document: Document.Parsed, { code, pos: [end] }: YAMLError): number | undefined {
  if (code !== 'MISSING_CHAR' && code !== 'BAD_INDENT') return undefined;
  let start: number | undefined;
  visit(document, {
    Node: (_key, node) => {
      const opens = isScalar(node)
        ? node.type?.startsWith('QUOTE_')
        : (isMap(node) || isSeq(node)) && node.flow;
      if (opens && node.range?.[1] === end && node.range[0] < end) start = node.range[0];
    },
  });
  return start;
}

interface Walk {
  readonly source: Source;
  readonly findings: Finding[];
  /** The way down to where the walk is. */
  readonly path: (string | number)[];
  readonly anchors: Map<string, Node>;
  readonly targets: Map<Alias, Node>;
  /** Anchored collections that the walk is inside of. */
  readonly open: Set<Node>;
  /** The outermost alias that the walk is inside of. */
  expanding: Alias | undefined;
  /** Values reached through aliases so far: what a bomb multiplies. */
  aliased: number;
}

function plain(walk: Walk, node: unknown, depth: number): unknown {
  if (walk.aliased > MAX_ALIASED_VALUES) return null;
  if (walk.expanding && ++walk.aliased > MAX_ALIASED_VALUES) {
    return void walk.findings.push(aliasBomb(walk.source, walk.expanding));
  }
  if (isScalar(node)) {
    if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
    return node.value;
  }
  if (!isNode(node)) return null;
  if (depth > MAX_DEPTH) return void walk.findings.push(tooDeep(walk, offsetsOf(node)));
  if (isAlias(node)) return plainAlias(walk, node, depth);
  if (node.anchor === undefined) return plainCollection(walk, node, depth);
  walk.anchors.set(node.anchor, node);
  walk.open.add(node);
  const value = plainCollection(walk, node, depth);
  walk.open.delete(node);
  return value;
}

function plainCollection(walk: Walk, node: Node, depth: number): unknown {
  if (isSeq(node)) return node.items.map((item, i) => plainChild(walk, item, i, depth));
  if (!isMap(node)) return null;
  const mapping: Record<string, unknown> = {};
  for (const pair of node.items) {
    const key = keyText(pair);
    if (Object.hasOwn(mapping, key)) {
      walk.findings.push(duplicateKey(walk, node, pair));
      continue;
    }
    const value = plainChild(walk, pair.value, key, depth);
    // Assigning to __proto__ would change the object instead of giving it a key.
    if (key === '__proto__') Object.defineProperty(mapping, key, { value, enumerable: true });
    else mapping[key] = value;
  }
  return mapping;
}

function plainChild(walk: Walk, node: unknown, step: string | number, depth: number): unknown {
  walk.path.push(step);
  const value = plain(walk, node, depth + 1);
  walk.path.pop();
  return value;
}

function plainAlias(walk: Walk, alias: Alias, depth: number): unknown {
  const target = walk.anchors.get(alias.source);
  if (!target || walk.open.has(target)) {
    walk.findings.push(unknownAlias(walk, alias, target !== undefined));
    return undefined;
  }
  walk.targets.set(alias, target);
  const isOutermost = walk.expanding === undefined;
  if (isOutermost) walk.expanding = alias;
  const value = plain(walk, target, depth + 1);
  if (isOutermost) walk.expanding = undefined;
  return value;
}

/** Finds nodes by path; a mapping is indexed when it is asked for the first time. */
function spanFinder(
  text: string,
  document: Document.Parsed | undefined,
  targets: ReadonlyMap<Alias, Node>,
): YamlSource['span'] {
  const indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  let lines: LineCounter | undefined;
  return (place) => {
    lines ??= countLines(text);
    const [start, end] = place.offsets ?? offsetsAt(place);
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(start, end));
    return { line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };

  /** The deepest thing on the path that exists: a missing key is shown at the mapping that lacks it. */
  function offsetsAt(place: Place): readonly [number, number] {
    let key: unknown;
    let value: unknown = document?.contents;
    for (const step of place.path) {
      const next = child(isAlias(value) ? targets.get(value) : value, step);
      if (!next) break;
      [key, value] = next;
    }
    const onKey = place.on === 'key' || (place.on === undefined && !isScalar(value));
    return offsetsOf((onKey && isNode(key)) || !isNode(value) ? key : value);
  }

  function child(
    parent: unknown,
    step: string | number,
  ): readonly [key: unknown, value: unknown] | undefined {
    if (isSeq(parent)) return typeof step === 'number' ? [undefined, parent.items[step]] : undefined;
    if (!isMap(parent)) return undefined;
    let index = indexes.get(parent);
    if (!index)
      indexes.set(parent, (index = new Map(parent.items.toReversed().map((pair) => [keyText(pair), pair]))));
    const pair = index.get(String(step));
    return pair && [pair.key, pair.value];
  }
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; ;) {
    lines.addNewLine(start);
    const end = text.indexOf('\n', start);
    if (end < 0) return lines;
    start = end + 1;
  }
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : '';
}

function offsetsOf(node: unknown): readonly [number, number] {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}

function duplicateKey({ source, path }: Walk, mapping: YAMLMap, pair: Pair): Finding {
  const key = keyText(pair);
  const first = mapping.items.find((item) => keyText(item) === key)?.key;
  return finding('yaml/duplicate-key', {
    at: { source, path: [...path, key], offsets: offsetsOf(pair.key) },
    message: `${quote(key)} stands twice in the same mapping`,
    hint: 'rename or remove one of the two',
    related: [{ at: { source, path: [], offsets: offsetsOf(first) }, message: 'the first one is here' }],
  });
}

function unknownAlias({ source, path }: Walk, alias: Alias, inside: boolean): Finding {
  const name = quote(`*${alias.source}`);
  return finding('yaml/unknown-alias', {
    at: { source, path: [...path], offsets: offsetsOf(alias) },
    message: inside ? `${name} stands inside what it names` : `${name} names no anchor that stands before it`,
    hint: `define ${quote(`&${alias.source}`)} before it, or write the value out`,
  });
}

function aliasBomb(source: Source, alias: Alias): Finding {
  return finding('yaml/alias-bomb', {
    at: { source, path: [], offsets: offsetsOf(alias) },
    message: `aliases multiply this file to more than ${MAX_ALIASED_VALUES} values`,
    hint: 'write the values out instead of nesting aliases',
  });
}

function stopped(source: Source, { code, offset }: Stop): Finding {
  const offsets = [offset, offset + 1] as const;
  if (code === 'yaml/too-deep') return tooDeep({ source, path: [] }, offsets);
  return finding(code, {
    at: { source, path: [], offsets },
    message: `the file has more than ${MAX_LEXEMES} words and signs, the most that is read`,
    hint: 'split the network into several topologies',
  });
}

function tooDeep(
  { source, path }: Pick<Walk, 'source' | 'path'>,
  offsets: readonly [number, number],
): Finding {
  return finding('yaml/too-deep', {
    at: { source, path: [...path], offsets },
    message: `mappings and lists are nested more than ${MAX_DEPTH} deep`,
    hint: 'remove the nesting; a topology needs six levels',
  });
}
