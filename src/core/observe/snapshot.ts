import { parseAddress, type Address, type Family } from '../model/address.ts';
import type { HostAnswer } from '../model/answer.ts';
import type { HostState, Peer, WireguardState } from '../model/host-state.ts';
import { parsePublicKey } from '../model/key.ts';
import { observeChains, type ObservedChains, type Stray } from './firewall.ts';
import type { Reading } from './reading.ts';
import { observeRoutes } from './routes.ts';
import { readPrefixes, sortPeers } from './wireguard.ts';

export interface ObservedHost {
  readonly state: HostState;
  readonly unreached: ObservedChains['unreached'];
  /** What is on our interface, in our chains and among our routes, and has no place in a host state; hostile. */
  readonly strays: {
    readonly addresses: readonly string[];
    readonly rules: readonly Stray[];
    readonly routes: readonly string[];
  };
  /** Seconds since the epoch of each peer's latest handshake, by public key; 0: never. */
  readonly handshakes: ReadonlyMap<string, number>;
}

/**
 * What the kernel of a host holds, as a host state.
 *
 * @param reference the state that the host should be in. It names the peers, and says which facts are Kuiil's: an endpoint that
 *   was learned from a roaming peer is none, nor is forwarding that Kubernetes switched on.
 * @param interfaceName what the topology calls the interface; the host may still call it otherwise
 */
export function observeSnapshot(
  answer: HostAnswer,
  reference: HostState,
  interfaceName: string,
): Reading<ObservedHost> {
  const lines = (name: string) => answer.sections.get(name) ?? [];
  const unread: string[] = [];
  const name = /^[0-9]+: ([^:@ ]+)/.exec(lines('link')[0] ?? '')?.[1] ?? interfaceName;
  const wireguard = observeInterface(lines, reference, name, unread);
  const four = observeChains(4, lines('rules4'));
  const six = observeChains(6, lines('rules6'));
  const routes = observeRoutes([...lines('routes4'), ...lines('routes6')], name);
  return {
    value: {
      state: {
        host: reference.host,
        ...(wireguard ? { wireguard } : {}),
        forwarding: reference.forwarding.filter((family) => isForwarding(lines('sysctl'), family)),
        routes: routes.value,
        chains: [...four.value.chains, ...six.value.chains],
      },
      unreached: [...four.value.unreached, ...six.value.unreached],
      strays: {
        addresses: wireguard ? lines('addresses').filter((line) => unread.includes(line)) : [],
        rules: [...four.value.strays, ...six.value.strays],
        routes: routes.unread,
      },
      handshakes: new Map([...table(lines('wg.latest-handshakes'))].map(([key, at]) => [key, Number(at)])),
    },
    unread: [...unread, ...four.unread, ...six.unread, ...routes.unread],
  };
}

type Lines = (name: string) => readonly string[];

function observeInterface(
  lines: Lines,
  reference: HostState,
  name: string,
  unread: string[],
): WireguardState | undefined {
  const publicKey = parsePublicKey(lines('wg.public-key')[0] ?? '');
  if (publicKey === undefined) return undefined;
  return {
    interface: name,
    publicKey,
    port: Number(lines('wg.listen-port')[0]),
    mtu: Number(/ mtu ([0-9]+) /.exec(lines('link')[0] ?? '')?.[1]),
    addresses: observeAddresses(lines('addresses'), unread),
    peers: observePeers(lines, reference.wireguard?.peers ?? [], unread),
  };
}

/** `5: wg0    inet 192.168.99.10/32 scope global wg0 …`: on the tunnel interface a wider length is not ours. */
function observeAddresses(lines: readonly string[], unread: string[]): readonly Address[] {
  const addresses: Address[] = [];
  for (const line of lines) {
    const match = / inet6? (\S+)\/(\d+) /.exec(line);
    const address = match ? parseAddress(match[1]!) : undefined;
    if (address && Number(match![2]) === (address.family === 4 ? 32 : 128)) addresses.push(address);
    else unread.push(line);
  }
  return addresses.sort((a, b) => a.family - b.family || (a.value < b.value ? -1 : 1));
}

function observePeers(lines: Lines, known: readonly Peer[], unread: string[]): readonly Peer[] {
  const endpoints = table(lines('wg.endpoints'));
  const keepalives = table(lines('wg.persistent-keepalive'));
  const peers = [...table(lines('wg.allowed-ips'))].flatMap(([text, ranges]): Peer[] => {
    const publicKey = parsePublicKey(text);
    if (publicKey === undefined) return [];
    const declared = known.find((peer) => peer.publicKey === publicKey);
    const keepalive = keepalives.get(text) ?? 'off';
    return [
      {
        name: declared?.name ?? publicKey,
        publicKey,
        ...observeEndpoint(declared, endpoints.get(text)),
        allowedIPs: readPrefixes(ranges === '(none)' ? [] : ranges.split(' '), unread),
        keepalive: keepalive === 'off' ? 0 : Number(keepalive),
      },
    ];
  });
  return sortPeers(peers);
}

/** A declared name cannot be compared with the address that it was resolved to, so it is taken as it was declared. */
function observeEndpoint(declared: Peer | undefined, observed: string | undefined): { endpoint?: string } {
  if (declared && declared.endpoint === undefined) return {};
  if (observed === undefined || observed === '(none)') return {};
  const name = declared?.endpoint;
  const isName = name !== undefined && !/^(\[|[0-9.]+:)/.test(name);
  return { endpoint: isName ? name : observed };
}

/** `KEY<tab>VALUE` lines of `wg show IFACE FIELD`. */
function table(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line): [string, string] => [line.split('\t')[0]!, line.split('\t').slice(1).join('\t')]),
  );
}

function isForwarding(lines: readonly string[], family: Family): boolean {
  return lines.includes(family === 4 ? 'net.ipv4.ip_forward 1' : 'net.ipv6.conf.all.forwarding 1');
}
