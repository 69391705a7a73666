import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from '../yaml.ts';
import {
  flowText,
  isList,
  isMapping,
  pairLines,
  scalarText,
  type YamlMapping,
  type YamlValue,
} from './value.ts';

/** The edited text; or the way to an alias or an anchor in the way: to change it would change other places too. */
export type Patched = { readonly text: string } | { readonly alias: readonly string[] };

/**
 * Gives a YAML file these values and leaves everything else as it is, byte for byte: comments, order, quotes, blank lines.
 * What is there with the same value is not touched; what is missing comes last in its mapping. The file must be one that
 * `parse` reads without an error of syntax.
 */
export function patchYaml(text: string, patch: YamlMapping): Patched {
  const document = parseDocument(text, {
    version: '1.2',
    stringKeys: true,
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
  });
  const edit: Edit = { text, newline: text.includes('\r\n') ? '\r\n' : '\n', splices: [] };
  const root = document.contents;
  try {
    if (isMap(root)) mergeMapping(edit, root, patch, []);
    else edit.splices.push(...wholeFile(edit, patch));
  } catch (error) {
    if (error instanceof AliasInTheWay) return { alias: error.path };
    throw error;
  }
  return { text: spliced(edit) };
}

class AliasInTheWay extends Error {
  readonly path: readonly string[];
  constructor(path: readonly string[]) {
    super('an alias is in the way');
    this.path = path;
  }
}

interface Edit {
  readonly text: string;
  readonly newline: string;
  readonly splices: Splice[];
}

/** Characters from `start` to `end` give way to `text`. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function spliced({ text, splices }: Edit): string {
  const inOrder = splices
    .map((splice, i) => ({ ...splice, i }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.i - b.i);
  let result = '';
  let at = 0;
  for (const splice of inOrder) {
    result += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return result + text.slice(at);
}

/** A file that holds nothing, or comments alone. */
function wholeFile({ text, newline }: Edit, patch: YamlMapping): readonly Splice[] {
  const marker = /^\.\.\.$/m.exec(text)?.index ?? text.length;
  const lead = marker > 0 && text[marker - 1] !== '\n' ? newline : '';
  const lines = Object.entries(patch).map((pair) => pairLines(...pair, { newline, step: STEP }) + newline);
  return [{ start: marker, end: marker, text: lead + lines.join('') }];
}

const STEP = '  ';

function mergeMapping(edit: Edit, map: YAMLMap, patch: YamlMapping, path: readonly string[]): void {
  const pairs = new Map(map.items.map((pair) => [keyOf(pair), pair]));
  const missing: [string, YamlValue][] = [];
  for (const [key, value] of Object.entries(patch)) {
    const pair = pairs.get(key);
    if (!pair) missing.push([key, value]);
    else mergeValue(edit, { pair, map, value, path: [...path, key] });
  }
  if (missing.length === 0) return;
  if (map.flow) addToFlow(edit, map, missing);
  else addToBlock(edit, map, missing);
}

interface Place {
  readonly pair: Pair;
  readonly map: YAMLMap;
  readonly value: YamlValue;
  readonly path: readonly string[];
}

function mergeValue(edit: Edit, { pair, map, value, path }: Place): void {
  const old = pair.value;
  // What stands behind an alias, or may be meant by one, is somewhere else as well.
  if (isAlias(old) ? isMapping(value) : isNode(old) && old.anchor !== undefined)
    throw new AliasInTheWay(path);
  if (isMap(old) && isMapping(value)) return mergeMapping(edit, old, value, path);
  if (isSeq(old) && isList(value) && replaceItems(edit, old, value)) return;
  if (isScalar(old) && !isEmpty(old)) {
    if (typeof value !== 'object' && String(old.value) === String(value)) return;
    const quote = old.type === 'QUOTE_DOUBLE' ? '"' : old.type === 'QUOTE_SINGLE' ? "'" : '';
    const text = typeof value === 'object' ? flowText(value) : scalarText(value, quote);
    return replace(edit, contentOf(edit, old), text);
  }
  if (isEmpty(old) && isMapping(value) && !map.flow) return fillBlock(edit, { pair, map, value });
  rewrite(edit, pair, flowText(value));
}

/** Whether the list could keep its shape: as long as before, each text where the old one stood. */
function replaceItems(edit: Edit, list: YAMLSeq, value: readonly string[]): boolean {
  if (list.items.length !== value.length || !list.items.every((item) => isScalar(item))) return false;
  list.items.forEach((item, i) => {
    if (!isScalar(item) || String(item.value) === value[i]) return;
    replace(edit, contentOf(edit, item), scalarText(value[i]!, "'"));
  });
  return true;
}

/** A value of another shape: on the line of its key, and a block that stood below is gone. */
function rewrite(edit: Edit, pair: Pair, text: string): void {
  const old = pair.value;
  if (isNode(old) && !isEmpty(old) && !isBlock(old)) return replace(edit, rangeOf(old), text);
  const keyEnd = rangeOf(pair.key)[1];
  const colon = isNode(old) ? edit.text.indexOf(':', keyEnd) + 1 : keyEnd;
  replace(edit, [colon, colon], isNode(old) ? ` ${text}` : `: ${text}`);
  if (isBlock(old)) replace(edit, [lineEnd(edit, colon), lineEnd(edit, contentOf(edit, old)[1])], '');
}

function isBlock(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && !node.flow;
}

/** `key:` without a value gets one as a block below it. */
function fillBlock(edit: Edit, { pair, map, value }: { pair: Pair; map: YAMLMap; value: YamlMapping }): void {
  const newline = edit.newline + indentOf(edit, map) + stepOf(edit, map);
  const at = lineEnd(edit, rangeOf(pair.key)[1]);
  const lines = Object.entries(value).map((each) => newline + pairLines(...each, { newline, step: STEP }));
  replace(edit, [at, at], lines.join(''));
}

function addToBlock(edit: Edit, map: YAMLMap, missing: readonly [string, YamlValue][]): void {
  const newline = edit.newline + indentOf(edit, map);
  const style = { newline, step: stepOf(edit, map) };
  const at = lineEnd(edit, contentOf(edit, map)[1]);
  replace(edit, [at, at], missing.map((pair) => newline + pairLines(...pair, style)).join(''));
}

function addToFlow(edit: Edit, map: YAMLMap, missing: readonly [string, YamlValue][]): void {
  const items = missing.map(([key, value]) => `${scalarText(key)}: ${flowText(value)}`);
  const closing = rangeOf(map)[1] - 1;
  const last = map.items.at(-1);
  if (!last) return replace(edit, [rangeOf(map)[0], closing + 1], `{ ${items.join(', ')} }`);
  const end = pairEnd(edit, last);
  const rest = edit.text.slice(end, closing);
  const comma = rest.replaceAll(/#[^\n]*/g, (comment) => ' '.repeat(comment.length)).indexOf(',');
  if (!rest.includes('\n')) {
    const at = comma < 0 ? end : end + comma;
    return replace(edit, [at, at], `, ${items.join(', ')}`);
  }
  // Over several lines, each new one gets its own, below what may be said about the last.
  if (comma < 0) replace(edit, [end, end], ',');
  const newline = edit.newline + ' '.repeat(columnOf(edit, rangeOf(last.key)[0]));
  const at = lineEnd(edit, end);
  const lines = items.map((item) => newline + item).join(',');
  replace(edit, [at, at], lines + (comma < 0 ? '' : ','));
}

function replace(edit: Edit, [start, end]: readonly [number, number], text: string): void {
  edit.splices.push({ start, end, text });
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function isEmpty(node: unknown): boolean {
  const [start, end] = rangeOf(node);
  return start === end;
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}

/** As `rangeOf`, without the comments and blank lines that the library counts to the end of a block. */
function contentOf(edit: Edit, node: unknown): readonly [number, number] {
  const [start, end] = rangeOf(node);
  if (isMap(node) && !node.flow && node.items.length > 0) return [start, pairEnd(edit, node.items.at(-1)!)];
  if (isSeq(node) && !node.flow && node.items.length > 0) {
    const last = contentOf(edit, node.items.at(-1));
    return [start, Math.max(last[1], start)];
  }
  return [start, start + edit.text.slice(start, end).trimEnd().length];
}

function pairEnd(edit: Edit, pair: Pair): number {
  const key = rangeOf(pair.key)[1];
  if (!isNode(pair.value)) return key;
  // An empty value stands where the next thing begins.
  return isEmpty(pair.value) ? edit.text.indexOf(':', key) + 1 : contentOf(edit, pair.value)[1];
}

/** Where the line ends that this place is on, comment included. */
function lineEnd({ text }: Edit, from: number): number {
  const at = text.indexOf('\n', from);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' ? at - 1 : at;
}

function columnOf({ text }: Edit, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function indentOf(edit: Edit, map: YAMLMap): string {
  return ' '.repeat(columnOf(edit, rangeOf(map.items[0]?.key)[0]));
}

/** How much deeper the blocks inside of this one stand; two blanks where there is none. */
function stepOf(edit: Edit, map: YAMLMap): string {
  const own = columnOf(edit, rangeOf(map.items[0]?.key)[0]);
  for (const { value } of map.items) {
    if (!isMap(value) || value.flow || value.items.length === 0) continue;
    return ' '.repeat(Math.max(1, columnOf(edit, rangeOf(value.items[0]!.key)[0]) - own));
  }
  return STEP;
}
