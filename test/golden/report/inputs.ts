import type { Diagnostic } from '../../../src/core/model/diagnostic.ts';
import type { LocatedDanger } from '../../../src/core/model/danger.ts';
import { HUB, hostName, type HostName } from '../../../src/core/model/name.ts';
import type { Deployment, HostResult } from '../../../src/core/model/outcome.ts';
import type { HostPlan, Plan } from '../../../src/core/model/plan.ts';
import { PROBE_KINDS, type ProbeResult } from '../../../src/core/model/probe.ts';

const span = (line: number, column: number, length: number) => ({
  line,
  column,
  endLine: line,
  endColumn: column + length,
});

export const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    code: 'net/cidr-overlap',
    severity: 'error',
    message:
      'the pod range `10.244.0.0/16` of cluster `a` overlaps the pod range `10.244.0.0/16` of cluster `b`',
    hint: 'give one of the clusters another pod range',
    file: 'topology.yaml',
    span: span(9, 14, 13),
    related: [{ file: 'topology.yaml', span: span(14, 14, 13), message: 'the other range is here' }],
  },
  {
    code: 'net/public-range',
    severity: 'warning',
    message: 'the range `8.8.8.0/24` is public: `<b>@octocat</b>` | `100%` of it goes into the tunnel',
    hint: 'use a private range',
    file: 'sites/a,b:c.yaml',
    span: { line: 3, column: 1, endLine: 4, endColumn: 2 },
    related: [],
  },
];

const digest = (letter: string) => letter.repeat(64);
const conf = (peers: string) => `[Interface]\nListenPort = 51820\nMTU = 1420\nTable = off\n${peers}`;
const file = (path: string, text: string) => ({ path, mode: 0o600, text });
const WG = '/etc/wireguard/wg0.conf';
const ROUTES = '/etc/kuiil/routes';

const HOST_PLANS: readonly HostPlan[] = [
  {
    host: HUB,
    status: 'changed',
    changes: [{ kind: 'port-changed', before: 51820, after: 443 }],
    before: [file(WG, conf('\n[Peer]\nAllowedIPs = 10.1.0.0/16\n'))],
    after: [file(WG, conf('\n[Peer]\nAllowedIPs = 10.1.0.0/16, 10.2.0.0/16\n'))],
    interruptions: [
      {
        code: 'port-changed',
        message: 'the WireGuard port changes from 51820 to 443: traffic stops for up to 0.5 s',
      },
    ],
  },
  {
    host: hostName('east', 'e1'),
    status: 'added',
    changes: [],
    before: [],
    after: [file(ROUTES, 'route add 10.1.0.0/16 dev wg0 proto 75\n'), file(WG, conf(''))],
    interruptions: [],
  },
  {
    host: hostName('east', 'e2'),
    status: 'removed',
    changes: [],
    before: [file(ROUTES, 'route add 10.1.0.0/16 via 10.2.0.1 proto 75\n')],
    after: [],
    interruptions: [],
  },
  { host: hostName('east', 'e3'), status: 'pending', changes: [], before: [], after: [], interruptions: [] },
  {
    host: hostName('west', 'w1'),
    status: 'unchanged',
    changes: [],
    before: [],
    after: [],
    interruptions: [],
  },
];

export const DANGERS: readonly LocatedDanger[] = [
  {
    code: 'hub-endpoint',
    subject: HUB,
    message: 'every cluster dials the hub at `203.0.113.9:443` | <b>from now on</b>',
    file: 'sites/a,b:c.yaml',
    span: span(7, 3, 8),
  },
];

export const PLAN: Plan = {
  name: 'homelab',
  from: digest('a'),
  to: digest('b'),
  digest: digest('c'),
  dangers: DANGERS,
  hosts: HOST_PLANS,
};
export const EMPTY_PLAN: Plan = {
  name: 'homelab',
  from: digest('a'),
  to: digest('a'),
  digest: digest('c'),
  dangers: [],
  hosts: HOST_PLANS.slice(4),
};

export const CONFIRMED: Deployment = {
  outcome: 'confirmed',
  release: digest('b'),
  faults: [],
  hosts: new Map([
    [HUB, { outcome: 'confirmed', release: digest('1'), did: [] }],
    [hostName('east', 'e1'), { outcome: 'confirmed', release: digest('2'), did: [] }],
    [hostName('west', 'w1'), { outcome: 'unchanged', release: digest('3'), did: [] }],
    [
      hostName('west', 'w2'),
      {
        outcome: 'awaited',
        did: [],
        fault: {
          code: 'deploy/not-reached',
          host: hostName('west', 'w2'),
          step: 'connect',
          cause: 'no route to the host',
          hint: 'deploy again when it is there; nothing has to be undone',
          stateNow: 'never deployed to',
        },
      },
    ],
  ]),
  phases: new Map([
    ['observe', 118.4],
    ['stage', 64],
    ['activate', 2210.7],
    ['verify', 803],
    ['confirm', 190],
  ]),
};

const WAITING: readonly (readonly [HostName, HostResult])[] = Array.from({ length: 20 }, (_, i) => [
  hostName('west', `w${String(i + 1).padStart(2, '0')}`),
  { outcome: 'untouched', did: [] },
]);

export const REVERTED: Deployment = {
  outcome: 'reverted',
  release: digest('b'),
  faults: [
    {
      code: 'host/command-failed',
      host: hostName('east', 'e1'),
      step: 'activate',
      command: 'iptables-restore --noflush < /etc/kuiil/iptables.rules',
      excerpt:
        "iptables-restore v1.8.9: unknown option '--syn`'\n\u001b[31mError occurred\u001b[0m at line: 4\n@octocat <script>\n",
      cause: 'iptables-restore refused the rules',
      hint: 'load the kernel module xt_TCPMSS on this host',
      stateNow: 'going back to what it had',
    },
  ],
  hosts: new Map<HostName, HostResult>([
    [HUB, { outcome: 'reverted', did: [] }],
    [
      hostName('east', 'e1'),
      {
        outcome: 'reverting',
        did: [],
        fault: {
          code: 'ssh/connection-lost',
          host: hostName('east', 'e1'),
          step: 'revert',
          cause: 'the connection was lost',
          stateNow: 'goes back by itself within 118 s',
        },
      },
    ],
    ...WAITING,
  ]),
  phases: new Map([
    ['observe', 120],
    ['activate', 13_210],
    ['revert', 900],
  ]),
};

const NODES = [HUB, hostName('east', 'e1'), hostName('east', 'e2'), hostName('west', 'w1')];

export const COMPLETE: readonly ProbeResult[] = NODES.flatMap((from) =>
  NODES.filter((to) => to.split('/')[0] !== from.split('/')[0]).flatMap((to) =>
    PROBE_KINDS.filter((kind) =>
      from === HUB ? kind === 'hub-node' : to === HUB ? kind === 'node-hub' : !kind.includes('hub'),
    ).map((kind) => ({ kind, from, to, family: 4, reachable: true }) as const),
  ),
);
export const INCOMPLETE: readonly ProbeResult[] = COMPLETE.map((probe) => ({
  ...probe,
  reachable: probe.to !== hostName('west', 'w1') || probe.kind !== 'pod-service',
}));
