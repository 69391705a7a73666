import type { Address } from '../model/address.ts';
import type { Failure, Protocol, Station, Trace } from '../model/proof.ts';
import { walk, type Arrival, type Journey, type Narrow, type Walk } from './walk.ts';
import type { Place, World } from './world.ts';

export interface Question {
  readonly from: Station;
  readonly to: Station;
  readonly protocol: Protocol;
  /** The port that is asked; absent: one that no rule names. */
  readonly port?: number;
}

// IP and TCP headers without options: what the segment size leaves out.
const HEADERS = { 4: 40, 6: 60 } as const;

/** One packet and its answer, host by host. TCP is asked for segments as large as both ends allow. */
export function trace(world: World, question: Question): Trace {
  return follow(world, question, true);
}

/** Why a packet or its answer dies; undefined: both arrive. */
export function failureOf(world: World, question: Question): Failure | undefined {
  return follow(world, question, false).failure;
}

function follow(world: World, question: Question, isTold: boolean): Trace {
  const { from, to } = question;
  const [start, end] = [world.places.get(from.host), world.places.get(to.host)];
  if (!start || !end) throw new Error(`the surroundings lack ${from.host} or ${to.host}`);
  const way = walk(world, outward(start, question, isTold));
  const { hops } = way;
  if (!way.arrival) return { way: hops, back: [], ...(way.failure ? { failure: way.failure } : {}) };
  const back = walk(world, answer(way.arrival, question, isTold));
  const failure =
    back.failure ??
    (world.surroundings.strictReturn ? otherWay(way, back, question) : undefined) ??
    tooLarge(world, question, way, back);
  return failure ? { way: hops, back: back.hops, failure } : { way: hops, back: back.hops };
}

function outward(start: Place, { from, to, protocol, port }: Question, isTold: boolean): Journey {
  const isHost = from.kind === 'hub' || from.kind === 'nodes';
  return {
    leg: 'way',
    from: start,
    in: isHost ? 'itself' : from.kind === 'pods' ? 'pod' : 'lan',
    source: isHost ? undefined : from.address,
    destination: to.address,
    goal: to,
    protocol,
    port,
    hides: from.isHidden === true || start.cluster?.masquerade === true,
    lent: undefined,
    restore: undefined,
    isTold,
  };
}

function answer(arrival: Arrival, { from, protocol, port }: Question, isTold: boolean): Journey {
  const { at, asker, source, lent, restore } = arrival;
  const isHost = from.kind === 'nodes' || from.kind === 'hub';
  const final = isHost ? { ...from, address: restore?.asker ?? asker } : from;
  // To whom it looks: kube-proxy's host may have asked in its own name.
  const proxy: Station | undefined = restore?.asker && {
    kind: 'nodes',
    host: restore.at.host,
    address: asker,
    label: restore.at.host,
  };
  return {
    leg: 'return',
    from: at,
    in: arrival.in,
    source,
    destination: asker,
    goal: proxy ?? final,
    protocol,
    port,
    hides: false,
    lent,
    restore: restore && { ...restore, goal: final },
    isTold,
  };
}

/** Who asked, whatever it looked like where the question arrived. */
function askerOf({ asker, restore }: Arrival): Address {
  return restore?.asker ?? asker;
}

/** Connection tracking drops answers on a host that did not see the question, and TCP's further packets on one that saw no answer. */
function otherWay(way: Walk, back: Walk, { to, protocol }: Question): Failure | undefined {
  const stranger = back.routers.find((router) => !way.routers.includes(router));
  const left = protocol === 'tcp' ? way.routers.find((router) => !back.routers.includes(router)) : undefined;
  const place = stranger ?? left;
  if (!place) return undefined;
  const peer = (stranger ? way : back).routers.find(
    (router) => router !== place && router.around.cluster === place.around.cluster,
  )?.host;
  return {
    reason: 'other-way-back',
    host: place.host,
    leg: 'return',
    address: way.arrival ? askerOf(way.arrival) : to.address,
    ...(peer === undefined ? {} : { peer }),
  };
}

function tooLarge(
  { surroundings }: World,
  { protocol, to }: Question,
  way: Walk,
  back: Walk,
): Failure | undefined {
  if (protocol !== 'tcp' || surroundings.pathMtuDiscovery) return undefined;
  const lan = surroundings.mtu;
  const passes = ({ mtu, overhead }: Narrow) => Math.min(mtu, lan - overhead);
  const sends = ({ narrows }: Walk) => (narrows[0]?.isSender ? narrows[0].mtu : lan);
  // Each side says in its first packet how much it takes, and routers on the way lower that.
  const takes = (walked: Walk) =>
    Math.min(sends(walked), ...walked.narrows.filter((narrow) => narrow.clamps).map((narrow) => narrow.mtu));
  const check = (walked: Walk, other: Walk, leg: Failure['leg'], address: Address): Failure | undefined => {
    const sent = Math.min(sends(walked), takes(other));
    const narrow = walked.narrows.find((each) => passes(each) < sent);
    if (!narrow || sent <= HEADERS[address.family]) return undefined;
    return { reason: 'too-large', host: narrow.host.host, leg, address, sizes: [sent, passes(narrow)] };
  };
  const asker = way.arrival ? askerOf(way.arrival) : to.address;
  return check(way, back, 'way', to.address) ?? check(back, way, 'return', asker);
}
