import { comparePrefix, formatAddress, type Prefix } from '../../src/core/model/address.ts';
import type { Fleet, HostState, Peer, WireguardState } from '../../src/core/model/host-state.ts';
import { HUB } from '../../src/core/model/name.ts';
import type { Random } from '../chaos/random.ts';
import { changed } from './changed.ts';
import type { Fault } from './faults.ts';
import { aPartOf } from './part.ts';

const allowedMissing: Fault = (fleet, _, dice) => {
  const at = anyPeer(fleet, dice);
  if (!at || at.peer.allowedIPs.length < 2) return undefined;
  const prefix = dice.pick(at.peer.allowedIPs);
  return {
    told: `${at.state.host} lost ${prefix.text} among the AllowedIPs of ${at.peer.name}`,
    fleet: withAllowed(
      fleet,
      at,
      at.peer.allowedIPs.filter((other) => other !== prefix),
    ),
  };
};

/** Ends up with its neighbour on the interface, as somebody who mixes up two clusters would write it. */
const allowedMoved: Fault = (fleet, _, dice) => {
  const at = hubPeers(fleet, dice);
  if (!at || at.peer.allowedIPs.length < 2) return undefined;
  const prefix = dice.pick(at.peer.allowedIPs);
  const lost = withAllowed(
    fleet,
    at,
    at.peer.allowedIPs.filter((other) => other !== prefix),
  );
  return {
    told: `the hub has ${prefix.text} of ${at.peer.name} among the AllowedIPs of ${at.other.name}`,
    fleet: withMore(lost, { ...at, peer: at.other, state: lost.get(HUB)! }, [prefix]),
  };
};

/** A part of one peer's range on another peer, which wins because it is longer. */
const allowedNarrower: Fault = (fleet, topology, dice) => {
  const at = hubPeers(fleet, dice);
  if (!at || at.peer.allowedIPs.length === 0) return undefined;
  const part = aPartOf(dice.pick(at.peer.allowedIPs), topology, dice);
  const taken = at.state.wireguard.peers.some(({ allowedIPs }) =>
    allowedIPs.some(({ text }) => text === part?.text),
  );
  if (!part || taken) return undefined;
  return {
    told: `the hub also has ${part.text} among the AllowedIPs of ${at.other.name}`,
    fleet: withMore(fleet, { ...at, peer: at.other }, [part]),
  };
};

/** Half of a range, as after a mistyped length. */
const allowedHalved: Fault = (fleet, topology, dice) => {
  const at = anyPeer(fleet, dice);
  if (!at || at.peer.allowedIPs.length === 0) return undefined;
  const prefix = dice.pick(at.peer.allowedIPs);
  const part = aPartOf(prefix, topology, dice);
  if (
    !part ||
    at.state.wireguard.peers.some(({ allowedIPs }) => allowedIPs.some(({ text }) => text === part.text))
  )
    return undefined;
  const rest = at.peer.allowedIPs.filter((other) => other !== prefix);
  return {
    told: `${at.state.host} has ${part.text} instead of ${prefix.text} among the AllowedIPs of ${at.peer.name}`,
    fleet: withAllowed(fleet, at, [...rest, part].toSorted(comparePrefix)),
  };
};

const peerMissing: Fault = (fleet, _, dice) => {
  const at = anyPeer(fleet, dice);
  if (!at) return undefined;
  const peers = at.state.wireguard.peers.filter((peer) => peer !== at.peer);
  return {
    told: `${at.state.host} lost its peer ${at.peer.name}`,
    fleet: changed(fleet, withWireguard(at.state, { peers })),
  };
};

/** The key of a host that has no part in this. */
const peerKey: Fault = (fleet, _, dice) => {
  const at = anyPeer(fleet, dice);
  const wrong = at && dice.pick([...fleet.values()].flatMap(({ wireguard }) => wireguard?.publicKey ?? []));
  if (!at || !wrong || at.state.wireguard.peers.some(({ publicKey }) => publicKey === wrong))
    return undefined;
  if (wrong === at.state.wireguard.publicKey) return undefined;
  return {
    told: `${at.state.host} has the key of another host for ${at.peer.name}`,
    fleet: withPeer(fleet, at, { ...at.peer, publicKey: wrong }),
  };
};

const endpoint: Fault = (fleet, _, dice) => {
  const at = anyPeer(fleet, dice);
  if (!at || at.peer.endpoint === undefined) return undefined;
  const dead = at.peer.endpoint.replace(/[0-9]+$/, '9');
  return {
    told: `${at.state.host} dials ${at.peer.name} at ${dead}`,
    fleet: withPeer(fleet, at, { ...at.peer, endpoint: dead }),
  };
};

const port: Fault = (fleet) => {
  const hub = withTunnel(fleet.get(HUB));
  return hub && { told: 'the hub listens on port 9', fleet: changed(fleet, withWireguard(hub, { port: 9 })) };
};

const address: Fault = (fleet, _, dice) => {
  const state = withTunnel(dice.pick([...fleet.values()]));
  if (!state || state.wireguard.addresses.length === 0) return undefined;
  const lost = dice.pick(state.wireguard.addresses);
  const addresses = state.wireguard.addresses.filter((other) => other !== lost);
  return {
    told: `${state.host} lost its tunnel address ${lost.text}`,
    fleet: changed(fleet, withWireguard(state, { addresses })),
  };
};

/** Another free one of the same subnet: what everybody else knows it by is its old one. */
const otherAddress: Fault = (fleet, _, dice) => {
  const state = withTunnel(dice.pick([...fleet.values()]));
  if (!state || state.wireguard.addresses.length === 0) return undefined;
  const old = dice.pick(state.wireguard.addresses);
  // Random networks use no address that ends in these bits.
  const value = old.value ^ 0x40n;
  const fresh = { ...old, value, text: formatAddress(old.family, value) };
  return {
    told: `${state.host} has the tunnel address ${fresh.text} instead of ${old.text}`,
    fleet: changed(
      fleet,
      withWireguard(state, {
        addresses: state.wireguard.addresses.map((each) => (each === old ? fresh : each)),
      }),
    ),
  };
};

const mtu: Fault = (fleet, _, dice) => {
  const state = withTunnel(dice.pick([...fleet.values()]));
  const size = dice.pick([1280, 1320, 1400]);
  return (
    state && {
      told: `${state.host} has the MTU ${size}`,
      fleet: changed(fleet, withWireguard(state, { mtu: size })),
    }
  );
};

export const WIREGUARD_FAULTS = {
  'allowed-missing': allowedMissing,
  'allowed-moved': allowedMoved,
  'allowed-narrower': allowedNarrower,
  'allowed-halved': allowedHalved,
  'peer-missing': peerMissing,
  'peer-key': peerKey,
  endpoint,
  port,
  'address-missing': address,
  'address-other': otherAddress,
  mtu,
} satisfies Record<string, Fault>;

type TunnelHost = HostState & { readonly wireguard: WireguardState };

interface OnePeer {
  readonly state: TunnelHost;
  readonly peer: Peer;
}

function withTunnel(state: HostState | undefined): TunnelHost | undefined {
  return state?.wireguard ? { ...state, wireguard: state.wireguard } : undefined;
}

/** The hub's peers count as much as the one of all others together. */
function anyPeer(fleet: Fleet, dice: Random): OnePeer | undefined {
  const others = [...fleet.values()].filter(({ host, wireguard }) => host !== HUB && wireguard);
  const state = withTunnel(dice.pick([true, false]) ? fleet.get(HUB) : dice.pick(others));
  return state && state.wireguard.peers.length > 0
    ? { state, peer: dice.pick(state.wireguard.peers) }
    : undefined;
}

function hubPeers(fleet: Fleet, dice: Random): (OnePeer & { readonly other: Peer }) | undefined {
  const state = withTunnel(fleet.get(HUB));
  if (!state || state.wireguard.peers.length < 2) return undefined;
  const peer = dice.pick(state.wireguard.peers);
  return { state, peer, other: dice.pick(state.wireguard.peers.filter((each) => each !== peer)) };
}

function withWireguard(state: TunnelHost, part: Partial<WireguardState>): HostState {
  return { ...state, wireguard: { ...state.wireguard, ...part } };
}

function withPeer(fleet: Fleet, { state, peer }: OnePeer, after: Peer): Fleet {
  const peers = state.wireguard.peers.map((each) => (each.name === peer.name ? after : each));
  return changed(fleet, withWireguard(state, { peers }));
}

function withAllowed(fleet: Fleet, at: OnePeer, allowedIPs: readonly Prefix[]): Fleet {
  return withPeer(fleet, at, { ...at.peer, allowedIPs });
}

function withMore(
  fleet: Fleet,
  at: { readonly state: HostState; readonly peer: Peer },
  more: readonly Prefix[],
): Fleet {
  const state = withTunnel(at.state)!;
  const allowedIPs = [...at.peer.allowedIPs, ...more].toSorted(comparePrefix);
  return withAllowed(fleet, { state, peer: at.peer }, allowedIPs);
}
