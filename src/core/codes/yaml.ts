import type { CodeTable } from './entry.ts';

export const YAML_CODES = {
  'yaml/too-large': {
    severity: 'error',
    title: 'the file is larger than 4 MiB',
    explanation:
      'A topology of a hundred thousand nodes fits into 4 MiB. A larger file, or one of more than two million words and signs, is not read, so that it cannot exhaust the machine that checks it.',
    fix: 'use name ranges (`c1-w[01-20]: 192.168.100.[111-130]`), or split the network',
  },
  'yaml/not-utf8': {
    severity: 'error',
    title: 'the file is not UTF-8',
    explanation: 'Any other encoding would be guessed, and a wrong guess changes names.',
    fix: 'save the file as UTF-8, for example with `iconv -f latin1 -t utf-8`',
  },
  'yaml/syntax': {
    severity: 'error',
    title: 'the file is not YAML',
    explanation:
      'Only the first fault of syntax is told: what follows it is mostly its consequence. A common one is a range inside `{ }`, where a bracket begins a list.',
    fix: "worker[1-2]: { address: '192.168.100.[111-112]' }",
  },
  'yaml/tab': {
    severity: 'error',
    title: 'a tab indents a line',
    explanation: 'YAML does not allow tabs in indentation, because their width is a matter of taste.',
    fix: 'indent with two spaces',
  },
  'yaml/duplicate-key': {
    severity: 'error',
    title: 'a key stands twice in one mapping',
    explanation: 'One of the two would be dropped without a word. Which one depends on the tool.',
    fix: 'rename or remove one of the two',
  },
  'yaml/key-not-text': {
    severity: 'error',
    title: 'a key is a list or a mapping',
    explanation: 'Everything in a topology goes by a name.',
    fix: 'use a plain name as the key',
  },
  'yaml/merge-key': {
    severity: 'error',
    title: 'a merge key `<<`',
    explanation: 'Merge keys are not part of YAML 1.2, and tools disagree about which value wins.',
    fix: 'write the entries out, or give a whole value an anchor: `ssh: *login`',
  },
  'yaml/tag': {
    severity: 'error',
    title: 'an unknown tag',
    explanation:
      'A tag such as `!!js/function` asks the reader to build something. A topology is plain data.',
    fix: 'remove the tag',
  },
  'yaml/multiple-documents': {
    severity: 'error',
    title: 'more than one document in the file',
    explanation: 'The second document would be dropped without a word.',
    fix: 'keep one document a file',
  },
  'yaml/unknown-alias': {
    severity: 'error',
    title: 'an alias without its anchor',
    explanation:
      'An alias `*name` repeats a value that stands before it as `&name`. A value cannot contain itself.',
    fix: 'ssh: &login { user: admin }',
  },
  'yaml/alias-bomb': {
    severity: 'error',
    title: 'aliases multiply the file',
    explanation: 'Aliases of aliases make a small file stand for billions of values. The limit is 100,000.',
    fix: 'write the values out',
  },
  'yaml/too-deep': {
    severity: 'error',
    title: 'mappings and lists are nested too deep',
    explanation: 'A topology needs six levels. The limit is 32.',
    fix: 'remove the nesting',
  },
  'yaml/empty': {
    severity: 'error',
    title: 'the topology is empty',
    explanation: 'An empty file is more often an accident than a network without hosts.',
    fix: 'start from examples/two-clusters/topology.yaml',
  },
  'yaml/not-a-mapping': {
    severity: 'error',
    title: 'the file is not a mapping',
    explanation:
      'A topology is a mapping with `version`, `name`, `wireguard`, `hub` and `clusters`; a keys file one of hosts.',
    fix: 'version: 1',
  },
} as const satisfies CodeTable;
