/** What `wg show IFACE` says of an interface (wg(8)); it hides keys that are secret. */
export interface WgShow {
  /** Absent: it has no private key. */
  readonly publicKey?: string;
  readonly port: number;
  readonly fwmark?: string;
  readonly peers: readonly WgPeer[];
}

export interface WgPeer {
  readonly publicKey: string;
  readonly isPreshared: boolean;
  readonly endpoint?: string;
  readonly allowedIPs: readonly string[];
  /** Seconds; 0: off. */
  readonly keepalive: number;
  /** Seconds since the latest handshake; absent: there was none. */
  readonly handshakeAge?: number;
}

/** Undefined for lines that are not of an interface. Hostile text stays text: nothing but numbers is understood. */
export function readWgShow(lines: readonly string[]): WgShow | undefined {
  if (!lines[0]?.startsWith('interface: ')) return undefined;
  const [own, ...peers] = blocks(lines);
  const publicKey = own!.get('public key');
  const fwmark = own!.get('fwmark');
  return {
    ...(publicKey === undefined ? {} : { publicKey }),
    port: Number(own!.get('listening port') ?? 0),
    ...(fwmark === undefined ? {} : { fwmark }),
    peers: peers.map(readPeer),
  };
}

type Fields = ReadonlyMap<string, string>;

function blocks(lines: readonly string[]): readonly Fields[] {
  const found: Map<string, string>[] = [];
  for (const line of lines) {
    const [, name, value] = /^ *([a-z ]+): (.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (name === 'interface' || name === 'peer') found.push(new Map());
    found.at(-1)?.set(name, value!);
  }
  return found;
}

function readPeer(fields: Fields): WgPeer {
  const endpoint = fields.get('endpoint');
  const ranges = fields.get('allowed ips') ?? '(none)';
  const handshake = fields.get('latest handshake');
  return {
    publicKey: fields.get('peer')!,
    isPreshared: fields.has('preshared key'),
    ...(endpoint === undefined ? {} : { endpoint }),
    allowedIPs: ranges === '(none)' ? [] : ranges.split(', '),
    keepalive: seconds(fields.get('persistent keepalive') ?? ''),
    ...(handshake === undefined ? {} : { handshakeAge: seconds(handshake) }),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  year: 365 * 86_400,
};

/** `1 minute, 5 seconds ago`, `every 25 seconds`; `Now`, and what it says after the clock went back, are 0. */
function seconds(text: string): number {
  return [...text.matchAll(/(\d+) (second|minute|hour|day|year)s?/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!,
    0,
  );
}
