import type { Address } from '../model/address.ts';
import type { Failure, Hop, Protocol, Reason, Side, Station } from '../model/proof.ts';
import { accepts, clamps, type Facts } from './firewall.ts';
import { session } from './session.ts';
import { sourceOf } from './source.ts';
import { holds, isOwn, peerFor, routeFor, type Place, type Route, type World } from './world.ts';

/** One packet on its way to a station. */
export interface Journey {
  readonly leg: Failure['leg'];
  readonly from: Place;
  readonly in: Side;
  /** Absent where the host that sends it chooses. */
  readonly source: Address | undefined;
  readonly destination: Address;
  readonly goal: Station;
  readonly protocol: Protocol;
  readonly port: number | undefined;
  /** Whether the CNI gives the pod that sends it the node's address. */
  readonly hides: boolean;
  /** An answer to a pod that had lent its node's address: the node knows whom it is for. */
  readonly lent: Place | undefined;
  /** An answer from behind a service. */
  readonly restore: Restore | undefined;
  /** Whether anybody wants to read about the hops. */
  readonly isTold: boolean;
}

/** What kube-proxy did to the question, and its host undoes for the answer when that comes by. */
export interface Restore {
  readonly at: Place;
  /** The address that was asked. */
  readonly source: Address;
  /** Who asked, where the host gave its own address for it. */
  readonly asker: Address | undefined;
  /** The station that asked; known on the way back. */
  readonly goal?: Station;
}

/** A way into a tunnel: how large a packet may be, and whether TCP was told. */
export interface Narrow {
  readonly host: Place;
  readonly mtu: number;
  readonly overhead: number;
  readonly clamps: boolean;
  readonly isSender: boolean;
}

export interface Walk {
  readonly hops: readonly Hop[];
  readonly failure?: Failure;
  readonly narrows: readonly Narrow[];
  /** The hosts that forwarded it, in order. */
  readonly routers: readonly Place[];
  /** Absent where it fails. */
  readonly arrival?: Arrival;
}

/** What an answer starts from. */
export interface Arrival {
  readonly at: Place;
  readonly in: Side;
  /** The source as it is seen there: where the answer goes. */
  readonly asker: Address;
  /** Where the answer comes from, as the host that sends it sees it. */
  readonly source: Address;
  readonly lent: Place | undefined;
  readonly restore: Journey['restore'];
}

/** Follows a packet from host to host until it arrives or dies. */
export function walk(world: World, journey: Journey): Walk {
  return new Walker(world, journey).run();
}

type Next = { readonly place: Place; readonly in: Side; readonly taken?: Hop['taken'] };
type Step = Next | { readonly arrival: Arrival } | { readonly failure: Failure };
type Why = Pick<Failure, 'peer'> & { readonly address?: Address };

class Walker {
  private readonly hops: Hop[] = [];
  private readonly narrows: Narrow[] = [];
  private readonly routers: Place[] = [];
  private readonly world: World;
  private readonly journey: Journey;
  private source: Address | undefined;
  private destination: Address;
  private goal: Station;
  private port: number | undefined;
  private lent: Place | undefined;
  /** On the way what was done to the packet; on the way back what is still to be undone. */
  private restore: Restore | undefined;

  constructor(world: World, journey: Journey) {
    this.world = world;
    this.journey = journey;
    this.source = journey.source;
    this.destination = journey.destination;
    this.goal = journey.goal;
    this.port = journey.port;
    this.restore = journey.restore;
  }

  run(): Walk {
    let at: Next = { place: this.journey.from, in: this.journey.in };
    const { hops, narrows, routers } = this;
    // Nothing about a packet changes where it was before, so it comes there again and again.
    const seen: Next[] = [];
    while (!seen.some(({ place, in: from }) => place === at.place && from === at.in)) {
      seen.push(at);
      const step = this.visit(at);
      if (!('place' in step)) return { hops, narrows, routers, ...step };
      at = step;
    }
    return { hops, narrows, routers, ...this.fail('loop', at.place) };
  }

  private visit(at: Next): Step {
    const { place } = at;
    const { lent, leg } = this.journey;
    if (leg === 'return' && this.restore?.at === place) this.undo(this.restore);
    const { destination } = this;
    if (at.in !== 'itself' && isOwn(place, destination))
      return lent === place ? this.handOn(at, 'pod') : this.takeIn(at);
    const isAsked = leg === 'way' && at.in !== 'itself' && !this.restore;
    if (isAsked && place.cluster && holds(place.cluster.services, destination)) return this.serve(at);
    const route = routeFor(place, destination);
    if (!route) return this.dies(at, place.state ? 'no-route' : 'no-state');
    return route.to === 'tunnel' ? this.encrypt(at, route) : this.overLan(at, route);
  }

  /** For the host itself. */
  private takeIn(at: Next): Step {
    const { passes, verdict } = accepts(at.place, this.facts(at));
    this.note(at, { verdict });
    return passes ? this.arrive(at.place, 'itself') : this.fail('input-dropped', at.place);
  }

  /** For a pod, or an address on the LAN, behind this host. */
  private handOn(at: Next, out: Side, more: Partial<Hop> = {}): Step {
    const through = this.forward(at, out);
    this.note(at, { ...through.noted, ...more, out });
    return through.failure ? { failure: through.failure } : this.arrive(at.place, out);
  }

  /** kube-proxy chooses a node that answers, before anything is routed. */
  private serve(at: Next): Step {
    const { place } = at;
    const { goal, destination } = this;
    const { family } = destination;
    const backend = this.world.places.get(goal.host);
    if (!backend || backend.cluster !== place.cluster) return this.dies(at, 'astray');
    // From here on it goes to the port of whoever answers, which nobody here knows.
    this.port = undefined;
    const inPod = place.cluster!.pods.some((block) => block.family === family);
    if (backend === place) return inPod ? this.handOn(at, 'pod', { service: place.host }) : this.takeIn(at);
    const block = backend.around.pods.find((each) => each.family === family);
    const own = backend.around.addresses.find((each) => each.family === family);
    const address = inPod ? block && firstOf(block) : own;
    if (!address) return this.fail('no-address', backend);
    this.restore = { at: place, source: destination, asker: undefined };
    this.destination = address;
    this.goal = { ...goal, kind: inPod ? 'pods' : 'nodes', address };
    return this.visit(at);
  }

  /** kube-proxy gives requests from outside its host's address, so that the answer comes back there. */
  private proxy(place: Place, out: Side): void {
    const { leg } = this.journey;
    const { restore, source, destination } = this;
    if (leg === 'return' || restore?.at !== place || restore.asker || out === 'pod') return;
    if (!place.cluster?.proxied.includes(destination.family)) return;
    this.restore = { ...restore, asker: source };
    this.source = sourceOf(place, destination, out === 'tunnel' ? 'tunnel' : 'lan');
  }

  private undo({ source, asker, goal }: Restore): void {
    this.source = source;
    if (asker && goal) {
      this.destination = asker;
      this.goal = goal;
    }
    this.restore = undefined;
  }

  private overLan(at: Next, route: Route): Step {
    const { place } = at;
    const { destination, goal } = this;
    const { prefix, via } = route;
    const isHere = route.to === 'lan' && goal.host === place.host && goal.kind === 'pods';
    const out: Side = isHere && goal.address.value === destination.value ? 'pod' : 'lan';
    const next = this.neighbour(at, route);
    if (at.in === 'itself' || at.in === 'pod') this.choose(place, at.in, via ?? destination, 'lan');
    if (!this.source) return this.dies(at, 'no-address', { route: routed(prefix, via) });
    const through = at.in === 'itself' ? undefined : this.forward(at, out);
    this.proxy(place, out);
    this.note(at, { ...through?.noted, route: routed(prefix, via), out });
    if (through?.failure) return { failure: through.failure };
    if (out === 'pod') return this.arrive(place, 'pod');
    if (next) return { place: next, in: 'lan' };
    if (via) return this.fail('next-hop-unreachable', place, { address: via });
    const there = this.world.places.get(goal.host);
    const isNear = there && there.cluster === place.cluster && goal.address.value === destination.value;
    if (isNear && goal.kind === 'other')
      // It answers through the node that it is behind, whichever brought the question.
      return this.arrive(there, 'lan');
    return this.fail('astray', place);
  }

  /** The node of the same cluster that has the next address. */
  private neighbour({ place }: Next, { to, via }: Route): Place | undefined {
    const { destination, goal } = this;
    const address = to === 'hop' ? via! : destination;
    const node = this.world.byAddress.get(address.text);
    if (node) {
      const isNear = to !== 'hop' || holds(place.around.onLink, address);
      return node !== place && node.cluster === place.cluster && isNear ? node : undefined;
    }
    if (to === 'hop' || goal.kind !== 'pods' || goal.host === place.host) return undefined;
    const there = this.world.places.get(goal.host);
    return there && there.cluster === place.cluster && goal.address.value === destination.value
      ? there
      : undefined;
  }

  private encrypt(at: Next, { prefix }: Route): Step {
    const { place } = at;
    const { destination } = this;
    const route = routed(prefix, undefined);
    const wireguard = place.state?.wireguard;
    if (!wireguard) return this.dies(at, 'no-tunnel', { route });
    if (at.in === 'itself' || at.in === 'pod') this.choose(place, at.in, destination, 'tunnel');
    const through = at.in === 'itself' ? undefined : this.forward(at, 'tunnel');
    this.proxy(place, 'tunnel');
    const { source, restore } = this;
    if (!source) return this.dies(at, 'no-address', { route });
    const chosen = peerFor(place, destination);
    const peer = chosen && { name: chosen.peer.name, prefix: chosen.prefix };
    this.note(at, { ...through?.noted, route, out: 'tunnel', ...(peer ? { peer } : {}) });
    if (through?.failure) return { failure: through.failure };
    // An answer that was not undone comes to the asker from somebody whom it did not ask.
    if (this.journey.leg === 'return' && restore && !restore.asker)
      return this.fail('other-way-back', place, { peer: restore.at.host });
    if (!chosen) return this.fail('no-peer', place);
    const tunnel = session(this.world, place, chosen.peer);
    if (!('to' in tunnel)) return this.fail(tunnel.reason, this.world.places.get(tunnel.host)!, tunnel);
    this.narrows.push({
      host: place,
      mtu: wireguard.mtu,
      overhead: tunnel.overhead,
      clamps: at.in !== 'itself' && clamps(place, this.facts(at, 'tunnel')),
      isSender: at.in === 'itself',
    });
    const taken = peerFor(tunnel.to, source);
    if (taken?.peer.publicKey !== wireguard.publicKey)
      return this.fail('source-filtered', tunnel.to, { address: source, peer: place.host });
    return { place: tunnel.to, in: 'tunnel', taken: { peer: taken.peer.name, prefix: taken.prefix } };
  }

  /** Whether the host passes the packet on. */
  private forward(at: Next, out: Side): { readonly noted: Partial<Hop>; readonly failure?: Failure } {
    const { place } = at;
    const { family } = this.destination;
    const forwards = place.state?.forwarding.includes(family) || place.around.forwarding.includes(family);
    if (!forwards) return { noted: {}, ...this.fail('not-forwarding', place) };
    const { passes, verdict } = accepts(place, this.facts(at, out));
    if (!passes) return { noted: { verdict }, ...this.fail('forward-dropped', place) };
    this.routers.push(place);
    return { noted: { verdict } };
  }

  /** The source that the host itself chooses, for its own packets and for pods that the CNI hides behind it. */
  private choose(place: Place, from: Side, towards: Address, out: 'lan' | 'tunnel'): void {
    if (this.journey.leg === 'return') return;
    if (from === 'pod') {
      const { cluster } = place;
      if (!this.journey.hides || (cluster && holds(cluster.pods, this.destination))) return;
      this.lent = place;
    } else if (this.source) return;
    this.source = sourceOf(place, towards, out);
  }

  private arrive(at: Place, side: Side): Step {
    const { destination, lent, restore } = this;
    const asker = this.source ?? destination;
    return { arrival: { at, in: side, asker, source: destination, lent, restore } };
  }

  private facts(at: Next, out?: Side): Facts {
    const { leg, protocol } = this.journey;
    const { destination, port } = this;
    return { family: destination.family, in: at.in, out, protocol, port, isAnswer: leg === 'return' };
  }

  private note(at: Next, more: Partial<Hop>): void {
    if (!this.journey.isTold) return;
    const { destination, restore, goal } = this;
    const { place, taken } = at;
    const source = this.source ?? destination;
    const served = this.journey.leg === 'way' && restore?.at === place ? { service: goal.host } : {};
    this.hops.push({
      host: place.host,
      in: at.in,
      ...(taken ? { taken } : {}),
      source,
      destination,
      ...served,
      ...more,
    });
  }

  private dies(at: Next, reason: Reason, more: Partial<Hop> = {}): { readonly failure: Failure } {
    this.note(at, more);
    return this.fail(reason, at.place);
  }

  private fail(reason: Reason, at: Place, { address, peer }: Why = {}): { readonly failure: Failure } {
    const { leg } = this.journey;
    const { destination } = this;
    const about = peer === undefined ? {} : { peer };
    return { failure: { reason, host: at.host, leg, address: address ?? destination, ...about } };
  }
}

function routed(prefix: Route['prefix'], via: Address | undefined): NonNullable<Hop['route']> {
  return via ? { prefix, via } : { prefix };
}

function firstOf({ family, start, text }: Route['prefix']): Address {
  return { family, value: start, text: text.slice(0, text.indexOf('/')) };
}
