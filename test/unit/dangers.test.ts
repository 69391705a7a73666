import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { plan } from '../../src/app/plan.ts';
import { DANGER_CODES, isAccepted, parseAcceptance } from '../../src/core/model/danger.ts';
import type { Plan } from '../../src/core/model/plan.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');
const SPARE_KEY = '"CMdQ/Lo8WV0DAPWf4Ve3ex2dCGsu7mZyBCmcQDekSHk="';

type Edit = readonly [from: string | RegExp, to: string];
interface Edits {
  readonly topology?: readonly Edit[];
  readonly keys?: readonly Edit[];
}

function edited(text: string, edits: readonly Edit[] = []): string {
  return edits.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`no ${from} to replace`);
    return after;
  }, text);
}

function examined({ topology, keys }: Edits) {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const found = check({
    topology: { file: 'topology.yaml', bytes: bytes(edited(TOPOLOGY, topology)) },
    keys: { file: 'topology.keys.yaml', bytes: bytes(edited(KEYS, keys)) },
  });
  if (!found.value) throw new Error(JSON.stringify(found.diagnostics));
  return { ...found, value: found.value };
}

function between(base: Edits, head: Edits): Plan {
  const { value, locate } = examined(head);
  return plan(examined(base).value, value, locate);
}

const found = ({ dangers }: Plan) => dangers.map(({ code, subject }) => `${code} ${subject}`);

/** A change, and what is dangerous about making it and about taking it back. */
const CASES: readonly {
  readonly name: string;
  readonly edits: Edits;
  readonly there: readonly string[];
  readonly back?: readonly string[];
  /** The text of the line that is named, there. */
  readonly line?: string;
}[] = [
  {
    name: 'the key of the hub',
    edits: { keys: [[/(?<=hub: \{ wireguard: )'[^']+'/, SPARE_KEY]] },
    there: ['hub-key hub'],
    line: 'hub: {',
  },
  {
    name: 'the key of a router',
    edits: { keys: [[/(?<=cluster2\/c2-master: \{ wireguard: )'[^']+'/, SPARE_KEY]] },
    there: ['router-key cluster2/c2-master'],
    line: 'cluster2/c2-master: {',
  },
  {
    name: 'the port of the hub',
    edits: { topology: [['endpoint: 203.0.113.1', 'endpoint: 203.0.113.1:443']] },
    there: ['hub-endpoint hub'],
    line: 'endpoint: 203.0.113.1:443',
  },
  {
    name: 'the address of the hub, where SSH goes on by the other one',
    edits: {
      topology: [['endpoint: 203.0.113.1\n', 'endpoint: 203.0.113.9\n  ssh: { host: 203.0.113.1 }\n']],
    },
    there: ['hub-endpoint hub'],
    line: 'endpoint: 203.0.113.9',
  },
  {
    name: 'the tunnel subnet',
    edits: { topology: [['192.168.99.0/24', '192.168.98.0/23']] },
    there: ['tunnel-subnet hub'],
    line: 'subnet: 192.168.98.0/23',
  },
  {
    name: 'the name of the interface',
    edits: { topology: [['subnet: 192.168.99.0/24', 'subnet: 192.168.99.0/24\n  interface: wg7']] },
    there: ['interface-bounced wg7'],
    back: ['interface-bounced wg0'],
    line: 'interface: wg7',
  },
  {
    name: 'a range that goes to another cluster',
    edits: {
      topology: [
        ['podCIDR: 10.244.0.0/16', 'podCIDR: 10.246.0.0/16'],
        ['podCIDR: 10.245.0.0/16', 'podCIDR: [10.244.8.0/24, 10.245.0.0/16]'],
      ],
    },
    there: ['range-moved 10.244.8.0/24'],
    back: ['range-moved 10.244.0.0/16'],
    line: '10.244.8.0/24',
  },
  {
    name: 'a cluster that goes',
    edits: { topology: [[/ {2}cluster2:[^]*$/, '']], keys: [[/cluster2\/[^]*$/, '']] },
    there: ['last-path cluster2'],
    back: [],
    line: 'clusters:',
  },
  {
    name: 'the only router of a cluster, no longer enrolled',
    edits: { keys: [[/^cluster2\/c2-master: .*\n/m, '']] },
    there: ['last-path cluster2', 'ssh-road cluster2/c2-node1', 'ssh-road cluster2/c2-node2'],
    back: [],
    line: 'cluster2:',
  },
  {
    name: 'the SSH host key of a node',
    edits: { keys: [[/(?<=cluster1\/c1-node1: .*AAAAIBTq0u62pp)x/, 'y']] },
    there: ['host-key cluster1/c1-node1'],
    line: 'cluster1/c1-node1: {',
  },
  {
    name: 'where a node is dialled',
    edits: { topology: [['c1-node[1-2]: 192.168.100.[101-102]', 'c1-node[1-2]: 192.168.100.[111-112]']] },
    there: ['ssh-address cluster1/c1-node1', 'ssh-address cluster1/c1-node2'],
    line: 'c1-node[1-2]',
  },
  {
    name: 'a range more, an MTU, a keepalive, a standby that leaves nothing',
    edits: {
      topology: [
        ['subnet: 192.168.99.0/24', 'subnet: 192.168.99.0/24\n  mtu: 1360\n  keepalive: 10'],
        ['podCIDR: 10.244.0.0/16', 'podCIDR: 10.244.0.0/16\n    ranges: { metallb: 10.0.50.0/24 }'],
      ],
    },
    there: [],
  },
];

describe('the dangers of a plan', () => {
  it.each(CASES)('are found there and back: $name', ({ edits, there, back = there }) => {
    expect(found(between({}, edits))).toEqual(there);
    expect(found(between(edits, {}))).toEqual(back);
  });

  it.each(CASES.filter(({ line }) => line !== undefined))(
    'name the line that causes them: $name',
    ({ edits, line = '' }) => {
      const [{ file, span }] = between({}, edits).dangers as [Plan['dangers'][number]];
      const text = file === 'topology.yaml' ? edited(TOPOLOGY, edits.topology) : edited(KEYS, edits.keys);
      expect(text.split('\n')[span.line - 1]).toContain(line);
    },
  );

  it('are none from nothing, and none where nothing changes', () => {
    const { value, locate } = examined({});
    expect(plan(undefined, value, locate).dangers).toEqual([]);
    expect(plan(value, value, locate).dangers).toEqual([]);
  });

  it('are part of the digest', () => {
    const digests = CASES.flatMap(({ edits }) => [between({}, edits).digest, between(edits, {}).digest]);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('an acceptance', () => {
  const step = between({}, CASES[2]!.edits);

  it('is of its own code and plan alone, whatever the codes', () => {
    for (const code of DANGER_CODES) {
      for (const other of DANGER_CODES) {
        const danger = { code, subject: '', message: '' };
        const acceptances = [{ code: other, digest: step.digest.slice(0, 40) }];
        expect(isAccepted(danger, step.digest, acceptances)).toBe(code === other);
        expect(isAccepted(danger, between({}, {}).digest, acceptances)).toBe(false);
      }
    }
  });

  it.each([40, 41, 64])('takes the first %i digits of the digest', (length) => {
    const digest = step.digest.slice(0, length);
    expect(parseAcceptance(`hub-key@${digest}`)).toEqual({ code: 'hub-key', digest });
  });

  it.each([
    'hub-key',
    'hub-key@',
    `hub-key@${'a'.repeat(39)}`,
    `hub-key@${'a'.repeat(65)}`,
    `hub-key@${'A'.repeat(40)}`,
    `hub-key@${'a'.repeat(40)}\n`,
    `hub@${'a'.repeat(40)}`,
    '@',
    '',
  ])('has no other form: %j', (text) => {
    expect(typeof parseAcceptance(text)).toBe('string');
  });
});
