import type { Address, Family, Prefix } from './address.ts';
import type { Chain, Peer, RouteGroup, WireguardState } from './host-state.ts';
import type { PublicKey } from './key.ts';

type Interface = Pick<WireguardState, 'interface' | 'publicKey' | 'port' | 'mtu'>;

/** One step from a host's state before to its state after. Applying all of them, in any order, gives the state after. */
export type Change =
  | { readonly kind: 'interface-added'; readonly after: Interface }
  | { readonly kind: 'interface-removed'; readonly before: Interface }
  | { readonly kind: 'interface-renamed'; readonly before: string; readonly after: string }
  | { readonly kind: 'public-key-changed'; readonly before: PublicKey; readonly after: PublicKey }
  | { readonly kind: 'port-changed'; readonly before: number; readonly after: number }
  | { readonly kind: 'mtu-changed'; readonly before: number; readonly after: number }
  | { readonly kind: 'address-added'; readonly address: Address }
  | { readonly kind: 'address-removed'; readonly address: Address }
  | { readonly kind: 'peer-added'; readonly peer: Peer }
  | { readonly kind: 'peer-removed'; readonly peer: Peer }
  | { readonly kind: 'peer-changed'; readonly before: Peer; readonly after: Peer }
  | { readonly kind: 'route-added'; readonly destination: Prefix; readonly group: RouteKey }
  | { readonly kind: 'route-removed'; readonly destination: Prefix; readonly group: RouteKey }
  | { readonly kind: 'forwarding-on'; readonly family: Family }
  | { readonly kind: 'forwarding-released'; readonly family: Family }
  | { readonly kind: 'chain-changed'; readonly before: Chain | undefined; readonly after: Chain | undefined };

/** Where a route goes: which group of routes it belongs to. */
export type RouteKey = Pick<RouteGroup, 'family' | 'via'>;

export type ChangeKind = Change['kind'];
