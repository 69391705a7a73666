import { commonBits, type Address } from '../model/address.ts';
import type { HostState } from '../model/host-state.ts';
import type { HostSurroundings } from '../model/surroundings.ts';

interface Sender {
  readonly around: HostSurroundings;
  readonly state?: HostState | undefined;
  /** Its own address among its pods' ones, where it may send from that. */
  readonly bridge?: Address;
}

/** The address that a host sends from by itself, and that its CNI or kube-proxy hides others behind; undefined: it has none. */
export function sourceOf(
  { around, state, bridge }: Sender,
  towards: Address,
  out: 'lan' | 'tunnel',
): Address | undefined {
  const own = state?.wireguard?.addresses.find(({ family }) => family === towards.family);
  const lan = around.addresses.find(({ family }) => family === towards.family);
  if (out === 'lan') return lan ?? own;
  if (own) return own;
  // An interface without an address sends from another one's: in IPv4 from the first one's, in IPv6 from what is most like the
  // destination (RFC 6724, section 5, rule 8).
  if (bridge?.family !== towards.family) return lan;
  return !lan || commonBits(bridge, towards) > commonBits(lan, towards) ? bridge : lan;
}

/** The host's address on its CNI's bridge, where its tunnel has none in that family, so that it may send from there. */
export function bridgeOf({ around, state }: Pick<Sender, 'around' | 'state'>): Address | undefined {
  const { bridge } = around;
  if (!bridge || !state?.wireguard) return undefined;
  return state.wireguard.addresses.some(({ family }) => family === bridge.family) ? undefined : bridge;
}
