import * as z from 'zod';

/** A value whose kind is wrong. The readers find what is wrong inside a text; this finds everything else. */
export interface StructureFault {
  readonly kind: 'type' | 'range' | 'unknown-key';
  readonly path: readonly (string | number)[];
  /** What stands there in the file; of an unknown key, its mapping. */
  readonly found: unknown;
  /** What would be right, in words; of an unknown key, the keys that are known. */
  readonly expected: string;
  readonly key?: string;
}

/** Every fault of structure in a topology, in the order of the schema. */
export function topologyFaults(value: unknown): readonly StructureFault[] {
  return faults(TopologySchema, value);
}

/** Every fault of structure in a keys file. */
export function keysFaults(value: unknown): readonly StructureFault[] {
  return faults(KeysSchema, value);
}

/** The JSON schema that editors use. */
export function topologyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(TopologySchema, { io: 'input', target: 'draft-2020-12' });
}

type Shape = Record<string, z.ZodType>;

/** A mapping with known keys. Its error text is the list of them when a key is unknown. */
function mapping<S extends Shape>(shape: S, words: string): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape).join(' ');
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : words) });
}

function named<V extends z.ZodType>(value: V, words: string, pattern: string): z.ZodRecord<z.ZodString, V> {
  // The pattern is for editors only: the readers say more about a wrong name than a pattern can.
  return z.record(z.string().meta({ pattern }), value, { error: words });
}

function text(words: string, description: string): z.ZodString {
  return z.string({ error: words }).meta({ description });
}

function oneOrList(words: string, description: string) {
  const list = z.array(z.string({ error: words }), { error: words }).min(1, { error: words });
  return z.union([z.string(), list], { error: `${words}, or a list of them` }).meta({ description });
}

function integer(words: string, min: number, max: number, description: string): z.ZodNumber {
  const error = words;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error }).meta({ description });
}

const LABEL = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
const NODE = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$|^[a-z0-9-]*\\[[0-9]+-[0-9]+\\][a-z0-9-]*$';

const port = (description: string) => integer('a port from 1 to 65535', 1, 65535, description);
const user = text(
  'a user name',
  'The user to log in as; root, or one who may use sudo without a password.',
).optional();

const SshDefaults = mapping(
  { user, port: port('The port of sshd.').optional() },
  'a mapping such as { user: root, port: 22 }',
);

const SshLogin = mapping(
  {
    host: text(
      'a name or an address',
      'What is dialled instead of the address that the topology gives.',
    ).optional(),
    port: port('The port of sshd.').optional(),
    user,
    via: text(
      'a host, or `direct`',
      'The host to jump through: `hub`, `CLUSTER/NODE`, a node of the same cluster, or `direct`.',
    ).optional(),
  },
  'a mapping such as { user: root, via: direct }',
);

const CIDR = 'a range such as 192.168.100.0/24';
const ADDRESS = 'an address such as 192.168.100.100';

const Node = mapping(
  {
    address: oneOrList(ADDRESS, "The node's address in its cluster's subnet; at most one a family."),
    tunnel: oneOrList(
      ADDRESS,
      'Its address in the WireGuard subnet. A node that has one runs WireGuard.',
    ).optional(),
    podCIDR: oneOrList(CIDR, "The node's own slice of its cluster's pod range.").optional(),
    ssh: SshLogin.optional(),
  },
  'an address, or a mapping with `address`',
);

const NodeEntry = z.union(
  [z.string(), z.array(z.string({ error: ADDRESS }), { error: ADDRESS }).min(1, { error: ADDRESS }), Node],
  {
    error: 'an address, or a mapping with `address`',
  },
);

const Cluster = mapping(
  {
    subnet: oneOrList(CIDR, 'The network that the nodes are in.'),
    podCIDR: oneOrList(CIDR, 'The range that pods get their addresses from.').optional(),
    serviceCIDR: oneOrList(CIDR, 'The range of ClusterIPs.').optional(),
    ranges: named(oneOrList(CIDR, 'A range.'), 'a mapping such as { metallb: 10.0.50.0/24 }', LABEL)
      .meta({ description: 'Anything else behind the router, by name.' })
      .optional(),
    router: text(
      'the name of a node',
      'The node through which the rest of the cluster reaches the tunnel.',
    ).optional(),
    routers: z
      .array(z.string({ error: 'the name of a node' }), { error: 'a list of node names' })
      .min(1, { error: 'a list of node names' })
      .meta({
        description: 'Several routers in order of priority: the first is active, the others stand by.',
      })
      .optional(),
    ssh: SshDefaults.meta({ description: 'Login settings of all hosts of this cluster.' }).optional(),
    nodes: named(NodeEntry, 'a mapping of nodes', NODE).meta({
      description: 'By name. `c1-w[01-20]: 192.168.100.[111-130]` stands for twenty of them.',
    }),
  },
  'a mapping with `subnet` and `nodes`',
);

const Wireguard = mapping(
  {
    subnet: oneOrList(CIDR, 'The network of the tunnel addresses; one range, or one a family.'),
    interface: text(
      'the name of an interface',
      'Name of the WireGuard interface on every host; wg0.',
    ).optional(),
    port: port('The port that WireGuard listens on; 51820.').optional(),
    mtu: integer('an MTU from 576 to 9000', 576, 9000, 'MTU of the WireGuard interface; 1420.').optional(),
    keepalive: integer(
      'seconds from 0 to 65535',
      0,
      65535,
      'Seconds between keepalives to the hub; 0 is off; 25.',
    ).optional(),
  },
  'a mapping with `subnet`',
);

const Hub = mapping(
  {
    endpoint: text(
      'an address or a name that the clusters dial',
      'host or host:port that the clusters dial.',
    ),
    tunnel: oneOrList(ADDRESS, "The hub's address in the WireGuard subnet; at most one a family."),
    ssh: SshLogin.optional(),
  },
  'a mapping with `endpoint` and `tunnel`',
);

const SELECTOR = 'a selector such as `cluster1/pods`';

const Expectation = mapping(
  {
    from: text(
      SELECTOR,
      'Where packets come from: all, hub, CLUSTER, or CLUSTER/ and nodes, pods, a range or a node.',
    ),
    to: text(SELECTOR, 'Where they go: the same, or CLUSTER/services.'),
    reach: z
      .boolean({ error: '`true` or `false`' })
      .meta({ description: 'Whether packets get there, and the answers back.' }),
  },
  'a mapping such as { from: all, to: cluster1/services, reach: true }',
);

const Ignore = mapping(
  {
    code: text('a kind of drift such as route-captured', 'The kind of drift, as `kuiil drift` names it.'),
    host: text('a host', 'The host, `hub` or `CLUSTER/NODE`; left out: every host.').optional(),
    subject: text(
      'what the finding is about',
      'The peer, prefix, path or unit, as `kuiil drift` names it; left out: any.',
    ).optional(),
    reason: text('why it is left alone', 'Why it is left alone.').min(1, { error: 'why it is left alone' }),
    until: text('a day such as 2027-01-31', 'The last day on which it is left alone.'),
  },
  'a mapping with `code`, `reason` and `until`',
);

const TopologySchema = mapping(
  {
    version: z.literal(1, { error: '1' }).meta({ description: 'Version of this format.' }),
    name: text('a name for the network', 'The name of the network.').meta({ pattern: LABEL }),
    wireguard: Wireguard,
    hub: Hub,
    ssh: SshDefaults.meta({ description: 'Login settings of all hosts.' }).optional(),
    clusters: named(Cluster, 'a mapping of clusters', LABEL).meta({ description: 'By name.' }),
    expect: z
      .array(Expectation, { error: 'a list of expectations' })
      .meta({ description: 'Who is meant to reach whom. A change that breaks one of them is an error.' })
      .optional(),
    ignore: z
      .array(Ignore, { error: 'a list of drift to leave alone' })
      .meta({ description: 'Drift that is left alone for a while.' })
      .optional(),
  },
  'a mapping with `version`, `name`, `wireguard`, `hub` and `clusters`',
).meta({ title: 'Kuiil topology' });

const KeyEntry = mapping(
  {
    wireguard: z.string({ error: 'a WireGuard public key' }).optional(),
    ssh: z
      .union([z.string(), z.array(z.string({ error: 'an SSH host key' }))], {
        error: 'a list of SSH host keys',
      })
      .optional(),
  },
  'a mapping with `wireguard` and `ssh`',
);

const KeysSchema = z.record(z.string(), KeyEntry, { error: 'a mapping of hosts to their keys' });

function faults(schema: z.ZodType, value: unknown): readonly StructureFault[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => issueFaults(issue, value, []));
}

function issueFaults(
  issue: z.core.$ZodIssue,
  root: unknown,
  above: readonly PropertyKey[],
): StructureFault[] {
  const full = [...above, ...issue.path];
  const path = full.map((step) => (typeof step === 'number' ? step : String(step)));
  const found = full.reduce<unknown>(step, root);
  const fault = { path, found, expected: issue.message };
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ ...fault, kind: 'unknown-key', key }));
  if (issue.code === 'invalid_union') {
    // The branch that accepts this kind of value knows best; without one, the union says what it expects.
    const branch = issue.errors.find((issues) =>
      issues.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'),
    );
    if (branch) return branch.flatMap((inner) => issueFaults(inner, root, full));
  }
  const range = issue.code === 'too_small' || issue.code === 'too_big';
  return [{ ...fault, kind: range && typeof found === 'number' ? 'range' : 'type' }];
}

function step(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
