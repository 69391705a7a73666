import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from '../../../src/adapters/terminal/program.ts';
import type { World } from '../../../src/adapters/terminal/world.ts';
import type { Fault } from '../../../src/core/model/fault.ts';
import { HUB, hostName } from '../../../src/core/model/name.ts';
import { deploymentJson } from '../../../src/core/report/deployment-json.ts';
import { deployerRotationJson } from '../../../src/core/report/deployer-rotation.ts';
import { diagnosticsJson } from '../../../src/core/report/diagnostics-json.ts';
import { enrolmentJson } from '../../../src/core/report/enrolment.ts';
import { driftJson } from '../../../src/core/report/drift-json.ts';
import { freezeJson } from '../../../src/core/report/freeze.ts';
import { rollbackJson } from '../../../src/core/report/rollback.ts';
import { healingJson } from '../../../src/core/report/healing.ts';
import { planJson } from '../../../src/core/report/plan-json.ts';
import { foresee } from '../../../src/app/foresee.ts';
import type { Plan } from '../../../src/core/model/plan.ts';
import { edited, replaced } from '../steps-scenes.ts';
import { proofJson } from '../../../src/core/report/proof-json.ts';
import { traceJson } from '../../../src/core/report/trace-json.ts';
import { proofOf, tracedPacket } from '../../golden/proofs.ts';
import { rehearsalJson } from '../../../src/core/report/rehearsal.ts';
import { rotationJson } from '../../../src/core/report/rotation.ts';
import { discoveryJson } from '../../../src/core/report/discovery.ts';
import { githubAppJson } from '../../../src/core/report/github-app.ts';
import { githubSetupJson } from '../../../src/core/report/github-setup.ts';
import { removalJson } from '../../../src/core/report/removal.ts';
import { statusJson } from '../../../src/core/report/status.ts';
import {
  CONFIRMED,
  DIAGNOSTICS,
  EMPTY_PLAN,
  INCOMPLETE,
  PLAN,
  REVERTED,
} from '../../golden/report/inputs.ts';
import { DRIFT, FULL_LOSS, IN_SYNC } from '../../golden/report/drift.ts';

/** Field to type, as one section of docs/json.md lists them. */
type Shape = ReadonlyMap<string, string>;

const PAGE = readFileSync('docs/json.md', 'utf8');
const KINDS = [...PAGE.matchAll(/^## (\w+)$/gm)].map((match) => match[1]!);

function documented(kind: string): Shape {
  const section = PAGE.split(`\n## ${kind}\n`)[1]!.split('\n## ')[0]!;
  const rows = section.matchAll(/^\| `([^`]+)` +\| ((?:string|number|boolean|null|any)(?: or \w+)*) +\|/gm);
  return new Map([
    ['kuiil', 'number'],
    ['kind', 'string'],
    ...[...rows].map((row) => [row[1]!, row[2]!] as const),
  ]);
}

/** Every leaf of the document as `path: type`, in the words of the documentation. */
function leaves(value: unknown, path: string, shape: Shape): readonly string[] {
  if (shape.get(path) === 'any') return [`${path}: any`];
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, `${path}[]`, shape));
  if (typeof value !== 'object' || value === null)
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  const prefix = path === '' ? '' : `${path}.`;
  const isNamed = [...shape.keys()].some((known) => known.startsWith(`${prefix}*`));
  return Object.entries(value).flatMap(([key, each]) => leaves(each, prefix + (isNamed ? '*' : key), shape));
}

const fault: Fault = REVERTED.faults[0]!;
const FREEZE = { reason: 'the rack moves', who: 'ada@desk', since: 1 };
const bare: Fault = { code: 'ssh/timeout', step: 'connect', cause: 'no answer', stateNow: 'not known' };
const rehearsal = { hosts: ['hub'], leftOut: ['east/e9'], probes: INCOMPLETE, phases: CONFIRMED.phases };

/** Between them, they show every field with every type. */
const DOCUMENTS: Readonly<Record<string, () => Promise<readonly object[]> | readonly object[]>> = {
  validate: () => [diagnosticsJson(DIAGNOSTICS), diagnosticsJson([])],
  render: () => printed('render'),
  plan: () => [
    planJson(PLAN),
    planJson(foresight('[gw-a, gw-b]', '[gw-b, gw-a]')),
    planJson(foresight('    serviceCIDR: 10.210.32.0/20\n', '')),
    planJson(withLostRoad(foresight('[gw-a, gw-b]', '[gw-b, gw-a]'))),
    planJson({ name: 'new', to: PLAN.to, digest: PLAN.digest, dangers: [], hosts: EMPTY_PLAN.hosts }),
  ],
  prove: () => [proofJson(proofOf({ isBroken: false })), proofJson(proofOf({ isBroken: true }))],
  trace: () => {
    const packets = [
      tracedPacket('cluster1/pods', 'cluster2/services', 443),
      tracedPacket('cluster1/c1-node1', 'cluster2/c2-node1'),
    ];
    const failure = { reason: 'no-peer', host: HUB, leg: 'way', address: packets[0]!.to.address } as const;
    const line = { file: 'topology.yaml', span: { line: 1, column: 1, endLine: 1, endColumn: 2 } };
    const [hop] = packets[0]!.way;
    const way = [{ ...hop!, verdict: { policy: 'DROP' } } as const];
    return [...packets, { ...packets[0]!, way, back: [], failure, line }].map(traceJson);
  },
  matrix: () => printed('matrix'),
  graph: () => printed('graph'),
  deploy: () => [
    deploymentJson({ ...CONFIRMED, plan: PLAN, freeze: { freeze: FREEZE, isLifted: true } }),
    deploymentJson({ ...CONFIRMED, freeze: { freeze: { ...FREEZE, plan: PLAN.digest }, isLifted: true } }),
    deploymentJson({ ...REVERTED, faults: [fault, bare] }),
  ],
  rollback: () => [
    rollbackJson({
      deployment: {
        ...CONFIRMED,
        plan: PLAN,
        freeze: { freeze: { ...FREEZE, plan: PLAN.digest }, isLifted: false },
      },
      isDone: true,
      isFrozen: true,
    }),
    rollbackJson({
      deployment: { ...REVERTED, freeze: { freeze: FREEZE, isLifted: false }, faults: [fault, bare] },
      commit: 'c0ffee',
      isDone: false,
      isFrozen: false,
    }),
  ],
  freeze: () => [freezeJson('freeze', FREEZE), freezeJson('freeze', { ...FREEZE, plan: PLAN.digest })],
  unfreeze: () => [
    freezeJson('unfreeze', { ...FREEZE, plan: PLAN.digest }),
    freezeJson('unfreeze', undefined),
  ],
  status: () => [
    statusJson(
      new Map([
        [
          'hub',
          {
            state: 'in-sync',
            release: PLAN.to,
            handshakes: new Map([
              ['a', 3],
              ['b', undefined],
            ]),
            transaction: 't1',
            books: [
              {
                at: 1,
                outcome: 'confirmed',
                transaction: 't0',
                digest: PLAN.to,
                commit: 'c0ffee',
                who: 'ada',
              },
              { at: 1, outcome: 'reverted', transaction: 't0', digest: PLAN.to, who: 'ada' },
            ],
          },
        ],
        ['a/b', { state: 'new', handshakes: new Map(), books: [] }],
        ['a/c', { state: 'unreachable', fault }],
        ['a/d', { state: 'unreachable', fault: bare }],
      ]),
    ),
  ],
  drift: () => [
    driftJson(DRIFT),
    driftJson(FULL_LOSS),
    driftJson({ ...IN_SYNC, unreachable: new Map([[hostName('a', 'b'), bare]]) }),
    healingJson({ before: DRIFT, deployments: [CONFIRMED], after: IN_SYNC }),
  ],
  remove: () => [
    removalJson(
      new Map([
        ['hub', { outcome: 'removed' }],
        ['a/b', { outcome: 'failed', fault }],
        ['a/c', { outcome: 'unreachable', fault: bare }],
      ]),
    ),
  ],
  enrol: () => [
    enrolmentJson({
      outcome: 'written',
      file: 'topology.keys.yaml',
      rows: [
        { host: HUB, state: 'new', publicKey: 'key', fingerprints: ['type SHA256:x'], before: ['other'] },
        { host: hostName('a', 'b'), state: 'same', fingerprints: [], before: [] },
        { host: hostName('a', 'c'), state: 'failed', fault },
      ],
      pinned: [HUB],
      faults: [bare],
    }),
    deployerRotationJson({
      step: 'stuck',
      hosts: ['hub', 'a/b'],
      faults: new Map([['a/b', fault]]),
      deployKey: 'deploy.next',
    }),
  ],
  rotate: () => [
    rotationJson({
      file: 'topology.keys.yaml',
      hosts: new Map([
        ['hub', { before: 'old', publicKey: 'new' }],
        ['a/b', { fault }],
      ]),
    }),
  ],
  import: () => printed('import', 'test/golden/import/guide/hub.conf'),
  discover: () => [
    discoveryJson({
      cluster: 'lab',
      file: 'topology.yaml',
      outcome: 'written',
      changes: ['podCIDR'],
      notes: ['a note'],
      cni: { name: 'flannel', needs: 'nothing' },
    }),
    discoveryJson({ cluster: 'lab', file: 'topology.yaml', outcome: 'same', changes: [], notes: [] }),
  ],
  github: () => [
    githubSetupJson({
      repository: 'octo/net',
      branch: 'main',
      isCheck: false,
      done: ['environment kuiil: main alone may use it'],
      failed: [{ what: 'a', cause: 'b' }],
      findings: [
        { code: 'secret-missing', weight: 'missing', what: 'c' },
        { code: 'secret-exposed', weight: 'unsafe', what: 'd', byHand: 'e' },
      ],
    }),
  ],
  app: () => {
    const made = {
      id: 1,
      slug: 'a',
      repository: 'octo/net',
      file: 'a.env',
      installPage: 'https://github.com/apps/a',
    };
    return [githubAppJson(made), githubAppJson({ ...made, installation: 2 })];
  },
  webhook: () => printed('webhook'),
  bootstrap: () => printed('bootstrap', 'hub'),
  rehearse: async () => [
    rehearsalJson({
      ...rehearsal,
      deployment: { exitCode: 0, document: deploymentJson(CONFIRMED), log: '' },
    }),
    rehearsalJson({
      ...rehearsal,
      base: { probes: INCOMPLETE, deployment: { exitCode: 0, document: deploymentJson(CONFIRMED), log: '' } },
      deployment: { exitCode: 0, document: deploymentJson(CONFIRMED), log: '' },
    }),
    ...(await printed('rehearse')),
    ...(await printed('rehearse', '--base', 'examples/five-clusters/topology.yaml')),
  ],
};

function foresight(from: string, to: string): Plan {
  const head = edited('five-clusters', replaced(from, to));
  return foresee(edited('five-clusters').value, head.value, head.locate);
}

/** A plan with nothing but what is not there for a moment. */
function withLostRoad({ foresight: foreseen, ...plan }: Plan): Plan {
  const [gap] = foreseen!.gaps;
  const failure = gap!.unreached[0]!.failure;
  return {
    ...plan,
    foresight: { ...foreseen!, gaps: [{ ...gap!, roads: [{ road: 'ssh', host: HUB, failure }] }] },
  };
}

const nobody = () => Promise.reject(new Error('there is no world here'));

/** What the command line prints for the smallest example, on a machine that cannot bring up a twin. */
async function printed(verb: string, ...options: readonly string[]): Promise<readonly object[]> {
  let text = '';
  const world: World = {
    env: {},
    stdout: { isTerminal: false, write: (more) => void (text += more) },
    stderr: { isTerminal: false, write: () => undefined },
    files: { read: (path) => Promise.resolve(readFileSync(path)), write: nobody },
    clock: { now: () => 0, wait: nobody },
    signal: AbortSignal.abort(),
    version: '0',
    who: 'nobody',
    connect: nobody,
    readAtCommit: nobody,
    knownHosts: () => () => [],
    ownSsh: () => {
      throw new Error('nothing is dialled here');
    },
    keyring: () => ({
      current: (role) => Promise.resolve({ file: role, publicText: `ssh-ed25519 AAAA${role}` }),
      next: nobody,
      promote: nobody,
      has: nobody,
    }),
    confirm: undefined,
    cluster: nobody,
    admin: { read: nobody, write: nobody, giveSecret: nobody },
    githubApp: nobody,
    configFolder: 'kuiil',
    webhook: ({ port }) => Promise.resolve({ port, stop: () => Promise.resolve() }),
    twin: () =>
      Promise.resolve({
        missing: () => Promise.resolve([{ what: 'wireguard', command: 'apt-get install wireguard' }]),
        install: nobody,
        up: nobody,
      }),
    release: () => Promise.resolve(undefined),
    today: () => '2026-11-28',
    transaction: () => '0',
  };
  await run([verb, '-f', 'examples/guide/topology.yaml', '--format', 'json', ...options], world);
  const document: unknown = JSON.parse(text);
  return typeof document === 'object' && document !== null ? [document] : [];
}

describe('docs/json.md', () => {
  it('has a section for every kind of document', () => {
    expect(KINDS.toSorted()).toEqual(Object.keys(DOCUMENTS).toSorted());
  });

  it.each(KINDS)('lists exactly the fields of %s, with their types', async (kind) => {
    const shape = documented(kind);
    const documents = await DOCUMENTS[kind]!();
    for (const document of documents) expect(document).toMatchObject({ kuiil: 1, kind });
    const found = new Set(documents.flatMap((document) => leaves(document, '', shape)));
    const listed = [...shape].flatMap(([path, types]) =>
      types.split(' or ').map((type) => `${path}: ${type}`),
    );
    expect([...found].toSorted()).toEqual(listed.toSorted());
  });
});
