import * as fc from 'fast-check';
import type { Diagnostic } from '../../../src/core/model/diagnostic.ts';
import type { Fault } from '../../../src/core/model/fault.ts';
import { hostName, type HostName } from '../../../src/core/model/name.ts';
import type { Deployment, HostOutcome } from '../../../src/core/model/outcome.ts';
import { DRIFT_CODES, type Drift, type DriftCode, type DriftFinding } from '../../../src/core/model/drift.ts';
import { DANGER_CODES } from '../../../src/core/model/danger.ts';
import { parseAddress } from '../../../src/core/model/address.ts';
import {
  END_KINDS,
  REASONS,
  type End,
  type Failure,
  type LocatedProof,
  type Station,
} from '../../../src/core/model/proof.ts';
import type { Foresight, HostPlan, Plan } from '../../../src/core/model/plan.ts';
import { PROBE_KINDS, type ProbeResult } from '../../../src/core/model/probe.ts';

/** What people try in names, and what tools print by accident. */
export const PAYLOADS = [
  '@octocat',
  '@org/team',
  'me@example.org',
  '#1',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</summary></details>',
  '<!-- ',
  '](https://evil.example) [x',
  '![x](https://evil.example/x.png)',
  'https://evil.example',
  'www.evil.example',
  '```',
  '`````\n@octocat\n',
  '~~~',
  '| a | b |',
  '\\|',
  '\n\n# heading\n',
  '\r\n::error::injected',
  '%0A::warning::injected',
  'a,b:c=d',
  '\u001b[31mred\u001b[0m',
  '\u202egnp.exe',
  '\u2028next',
  '&lt;b&gt;',
  '&#64;octocat',
  '*bold* _it_ ~~gone~~',
  '1. one',
  '- item',
  '---',
  '    indented',
  '$x$',
  '"]; hub --> evil["',
  '#quot;',
  'end',
  '',
  '\\',
  '\0',
  '\ud800',
  '__proto__',
  'x'.repeat(3000),
  '`'.repeat(40),
] as const;

const atom = fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 12 }));
export const text = fc.oneof(
  atom,
  fc.array(atom, { maxLength: 4 }).map((parts) => parts.join('')),
  fc.array(atom, { maxLength: 4 }).map((parts) => parts.join('`')),
);
const host: fc.Arbitrary<HostName> = fc.tuple(text, text).map(([cluster, node]) => hostName(cluster, node));

const line = fc.nat(5).map((n) => n + 1);
const span = fc.record({ line, column: line, endLine: line, endColumn: line });
export const diagnostics: fc.Arbitrary<readonly Diagnostic[]> = fc.array(
  fc.record({
    code: fc.constantFrom('net/cidr-overlap' as const),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'notice' as const),
    message: text,
    hint: text,
    file: text,
    span,
    related: fc.array(fc.record({ file: text, span, message: text }), { maxLength: 2 }),
  }),
  { maxLength: 40 },
);

const files = fc.uniqueArray(fc.record({ path: text, mode: fc.constantFrom(0o600, 0o644), text }), {
  maxLength: 3,
  selector: (file) => file.path,
});
const hostPlan: fc.Arbitrary<HostPlan> = fc.record({
  host,
  status: fc.constantFrom(
    'added' as const,
    'changed' as const,
    'removed' as const,
    'unchanged' as const,
    'pending' as const,
  ),
  changes: fc.constant([]),
  before: files,
  after: files,
  interruptions: fc.array(fc.record({ code: fc.constant('range-moved' as const), message: text }), {
    maxLength: 2,
  }),
});
const place = { file: text, span: fc.constant({ line: 1, column: 1, endLine: 1, endColumn: 2 }) };
const end: fc.Arbitrary<End> = fc.record({
  place: text,
  kind: fc.constantFrom(...END_KINDS),
  name: text,
  family: fc.constantFrom(4 as const, 6 as const),
});
const failure: fc.Arbitrary<Failure> = fc.record(
  {
    reason: fc.constantFrom(...REASONS),
    host,
    leg: fc.constantFrom('way' as const, 'return' as const),
    address: fc.constant(parseAddress('10.0.0.1')!),
    peer: text,
  },
  { requiredKeys: ['reason', 'host', 'leg', 'address'] },
);
const station: fc.Arbitrary<Station> = fc.record({
  kind: fc.constantFrom(...END_KINDS),
  host,
  address: fc.constant(parseAddress('10.0.0.1')!),
  label: text,
});
const unreached = fc.record({ from: end, to: end, source: station, target: station, failure });
const road = fc.record({ road: fc.constantFrom('ssh' as const, 'decision' as const), host, failure });
const foresight: fc.Arbitrary<Foresight> = fc.record({
  reach: fc.record({
    gained: fc.nat(3),
    lost: fc.nat(3),
    changes: fc.array(
      fc.record({
        change: fc.constantFrom('gained' as const, 'lost' as const),
        from: end,
        to: end,
        ...place,
      }),
      { maxLength: 6 },
    ),
  }),
  gaps: fc.array(
    fc.record({
      step: fc.nat(9),
      phase: fc.constant('switch'),
      hosts: fc.array(host, { maxLength: 4 }),
      unreached: fc.array(unreached, { maxLength: 3 }),
      roads: fc.array(road, { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
});

export const proofs: fc.Arbitrary<LocatedProof> = fc.record({
  name: text,
  ends: fc.array(end, { maxLength: 6 }),
  unreached: fc.array(
    fc.tuple(unreached, fc.record(place)).map(([lost, at]) => ({ ...lost, ...at })),
    { maxLength: 4 },
  ),
  roads: fc.array(
    fc.tuple(road, fc.record(place)).map(([lost, at]) => ({ ...lost, ...at })),
    { maxLength: 3 },
  ),
  pending: fc.array(host, { maxLength: 4 }),
});

export const plans: fc.Arbitrary<Plan> = fc.record(
  {
    name: text,
    from: text,
    to: text,
    digest: text,
    dangers: fc.array(
      fc.record({
        code: fc.constantFrom(...DANGER_CODES),
        subject: text,
        message: text,
        file: text,
        span: fc.constant({ line: 1, column: 1, endLine: 1, endColumn: 2 }),
      }),
      { maxLength: 3 },
    ),
    hosts: fc.uniqueArray(hostPlan, { maxLength: 12, selector: (each) => each.host }),
    foresight,
  },
  { requiredKeys: ['name', 'to', 'digest', 'dangers', 'hosts'] },
);

const faults: fc.Arbitrary<Fault> = fc.record(
  {
    code: fc.constant('host/command-failed' as const),
    host,
    step: text,
    command: text,
    excerpt: text,
    cause: text,
    hint: text,
    stateNow: text,
  },
  { requiredKeys: ['code', 'step', 'cause', 'stateNow'] },
);
const OUTCOMES: readonly HostOutcome[] = [
  'unchanged',
  'confirmed',
  'reverted',
  'reverting',
  'awaited',
  'left',
  'excluded',
  'unreachable',
  'untouched',
  'would-change',
  'confirming',
  'undecided',
];
export const deployments: fc.Arbitrary<Deployment> = fc.record({
  outcome: fc.constantFrom(
    'confirmed' as const,
    'unchanged' as const,
    'planned' as const,
    'refused' as const,
    'unreachable' as const,
    'reverted' as const,
    'incomplete' as const,
  ),
  release: text,
  faults: fc.array(faults, { maxLength: 3 }),
  hosts: fc
    .array(
      fc.tuple(
        host,
        fc.record(
          { outcome: fc.constantFrom(...OUTCOMES), release: text, fault: faults, did: fc.constant([]) },
          { requiredKeys: ['outcome', 'did'] },
        ),
      ),
      { maxLength: 60 },
    )
    .map((entries) => new Map(entries)),
  phases: fc.array(fc.tuple(text, fc.nat(20_000)), { maxLength: 4 }).map((entries) => new Map(entries)),
});

export const probes: fc.Arbitrary<readonly ProbeResult[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...PROBE_KINDS),
    from: host,
    to: host,
    family: fc.constantFrom(4 as const, 6 as const),
    reachable: fc.boolean(),
  }),
  { maxLength: 80 },
);

const finding: fc.Arbitrary<DriftFinding> = fc.record(
  {
    host,
    code: fc.constantFrom(...(Object.keys(DRIFT_CODES) as DriftCode[])),
    subject: text,
    expected: text,
    observed: text,
    since: fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    culprit: text,
    mend: text,
  },
  { requiredKeys: ['host', 'code', 'subject', 'expected', 'observed', 'mend'] },
);
const byHost = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(host, value), { maxLength: 12 }).map((entries) => new Map(entries));
export const drifts: fc.Arbitrary<Drift> = fc.record({
  findings: fc.array(finding, { maxLength: 30 }),
  ignored: fc.array(fc.record({ finding, reason: text, until: text }), { maxLength: 20 }),
  pending: fc.array(host, { maxLength: 20 }),
  mended: fc.array(fc.record({ host, at: fc.nat(), what: text, times: fc.nat() }), { maxLength: 20 }),
  underway: byHost(fc.record({ transaction: text, owner: text })),
  unreachable: byHost(faults),
  compared: byHost(fc.constantFrom('confirmed' as const, 'git' as const)),
});
