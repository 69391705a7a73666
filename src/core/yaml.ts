// The door through which the YAML library comes in: `parse` reads with it, `edit` finds places with it.
export {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  visit,
} from 'yaml';
export type { Alias, CST, Document, Node, Pair, YAMLError, YAMLMap, YAMLSeq } from 'yaml';
