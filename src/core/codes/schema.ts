import type { CodeTable } from './entry.ts';

export const SCHEMA_CODES = {
  'schema/version': {
    severity: 'error',
    title: 'an unknown version of the format',
    explanation: 'A newer format may mean something else by the same words, so that it is not guessed at.',
    fix: 'version: 1',
  },
  'schema/unknown-key': {
    severity: 'error',
    title: 'an unknown key',
    explanation: 'A misspelt key would silently leave its range out of the network.',
    fix: 'podCIDR: 10.244.0.0/16',
  },
  'schema/missing-key': {
    severity: 'error',
    title: 'a required key is missing',
    explanation: 'There is no sensible default for it.',
    fix: 'subnet: 192.168.100.0/24',
  },
  'schema/wrong-type': {
    severity: 'error',
    title: 'a value of the wrong kind',
    explanation:
      'YAML read something else than what is expected here. A name such as `010` or `true` needs quotes to be text.',
    fix: "router: '010'",
  },
  'schema/out-of-range': {
    severity: 'error',
    title: 'a number out of range',
    explanation:
      'Ports go from 1 to 65535, the MTU from 576 to 9000, the keepalive from 0 (off) to 65535 seconds.',
    fix: 'port: 51820',
  },
  'name/not-a-label': {
    severity: 'error',
    title: 'a name that is not a DNS label',
    explanation:
      'Names of clusters, nodes and ranges end up in file names, host names and reports on many systems.',
    fix: 'use 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit',
  },
  'name/reserved': {
    severity: 'error',
    title: 'a reserved name',
    explanation: '`hub`, `direct`, `all` and `none` mean something else wherever hosts are named.',
    fix: 'choose another name',
  },
  'name/duplicate': {
    severity: 'error',
    title: 'two entries make the same node',
    explanation: 'A name range overlaps another one, or the name of a single node.',
    fix: 'node[1-3]: 192.168.100.[11-13]',
  },
  'range/malformed': {
    severity: 'error',
    title: 'a malformed name range',
    explanation:
      'A range is one bracket with two numbers that count upwards. The numbers are decimal, in IPv6 addresses hexadecimal.',
    fix: 'c1-w[01-20]: 192.168.100.[111-130]',
  },
  'range/unequal': {
    severity: 'error',
    title: 'ranges of unequal length',
    explanation: 'Each name needs exactly one address, tunnel address or pod range of its own.',
    fix: 'c1-w[01-20]: 192.168.100.[111-130]',
  },
  'range/too-many-hosts': {
    severity: 'error',
    title: 'more than 200,000 hosts',
    explanation:
      'Mostly a slip in a name range. The entry is left out, so that it cannot exhaust the machine that checks it.',
    fix: 'shorten the range',
  },
} as const satisfies CodeTable;
