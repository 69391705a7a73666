import { parseAddress, type Address, type Family } from '../model/address.ts';
import type { HostAnswer } from '../model/answer.ts';
import type { HostState, Peer, WireguardState } from '../model/host-state.ts';
import { parsePublicKey } from '../model/key.ts';
import { observeChains, type ObservedChains, type Stray } from './firewall.ts';
import { readIpLines, type IpLines } from './ip-lines.ts';
import type { Reading } from './reading.ts';
import { observeRoutes } from './routes.ts';
import { readWgShow, type WgPeer, type WgShow } from './wg-show.ts';
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
  const ip = readIpLines(answer);
  const wg = readWgShow(lines('wg'));
  const name = /^[0-9]+: ([^:@ ]+)/.exec(ip.link ?? '')?.[1] ?? interfaceName;
  const own = ip.addresses.filter((line) => line.split(/ +/)[1] === name);
  const wireguard = wg && observeInterface({ wg, ip: { ...ip, addresses: own }, name, reference }, unread);
  const four = observeChains(4, lines('rules4'));
  const six = observeChains(6, lines('rules6'));
  const routes = observeRoutes(ip.ours, name);
  const now = Number(/^time (\d+)$/m.exec(lines('host').join('\n'))?.[1] ?? 0);
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
        addresses: wireguard ? own.filter((line) => unread.includes(line)) : [],
        rules: [...four.value.strays, ...six.value.strays],
        routes: routes.unread,
      },
      handshakes: new Map(
        (wg?.peers ?? []).map(({ publicKey, handshakeAge: age }) => [
          publicKey,
          age === undefined ? 0 : now - age,
        ]),
      ),
    },
    unread: [...unread, ...four.unread, ...six.unread, ...routes.unread],
  };
}

interface Interface {
  readonly wg: WgShow;
  readonly ip: IpLines;
  readonly name: string;
  readonly reference: HostState;
}

function observeInterface(
  { wg, ip, name, reference }: Interface,
  unread: string[],
): WireguardState | undefined {
  const publicKey = parsePublicKey(wg.publicKey ?? '');
  if (publicKey === undefined) return undefined;
  return {
    interface: name,
    publicKey,
    port: wg.port,
    mtu: Number(/ mtu ([0-9]+) /.exec(ip.link ?? '')?.[1]),
    addresses: observeAddresses(ip.addresses, unread),
    peers: observePeers(wg.peers, reference.wireguard?.peers ?? [], unread),
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

function observePeers(seen: readonly WgPeer[], known: readonly Peer[], unread: string[]): readonly Peer[] {
  const peers = seen.flatMap(({ publicKey: text, endpoint, allowedIPs, keepalive }): Peer[] => {
    const publicKey = parsePublicKey(text);
    if (publicKey === undefined) return [];
    const declared = known.find((peer) => peer.publicKey === publicKey);
    return [
      {
        name: declared?.name ?? publicKey,
        publicKey,
        ...observeEndpoint(declared, endpoint),
        allowedIPs: readPrefixes(allowedIPs, unread),
        keepalive,
      },
    ];
  });
  return sortPeers(peers);
}

/** A declared name cannot be compared with the address that it was resolved to, so it is taken as it was declared. */
function observeEndpoint(declared: Peer | undefined, observed: string | undefined): { endpoint?: string } {
  if (declared && declared.endpoint === undefined) return {};
  if (observed === undefined) return {};
  const name = declared?.endpoint;
  const isName = name !== undefined && !/^(\[|[0-9.]+:)/.test(name);
  return { endpoint: isName ? name : observed };
}

function isForwarding(lines: readonly string[], family: Family): boolean {
  return lines.includes(family === 4 ? 'net.ipv4.ip_forward 1' : 'net.ipv6.conf.all.forwarding 1');
}
