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
  const { from, to } = question;
  const [start, end] = [world.places.get(from.host), world.places.get(to.host)];
  if (!start || !end) throw new Error(`the surroundings lack ${from.host} or ${to.host}`);
  const way = walk(world, outward(start, question));
  const { hops } = way;
  if (!way.arrival) return { way: hops, back: [], ...(way.failure ? { failure: way.failure } : {}) };
  const back = walk(world, answer(way.arrival, question));
  const failure =
    back.failure ??
    (world.surroundings.strictReturn ? otherWay(way, back) : undefined) ??
    tooLarge(world, question, way, back);
  return { way: hops, back: back.hops, ...(failure ? { failure } : {}) };
}

function outward(start: Place, { from, to, protocol, port }: Question): Journey {
  const packet = { leg: 'way', from: start, destination: to.address, goal: to, protocol } as const;
  const asked = port === undefined ? {} : { port };
  switch (from.kind) {
    case 'hub':
    case 'nodes':
      return { ...packet, ...asked, in: 'itself' };
    case 'pods':
      return { ...packet, ...asked, in: 'pod', source: from.address, hides: from.isHidden === true };
    default:
      return { ...packet, ...asked, in: 'lan', source: from.address };
  }
}

function answer(arrival: Arrival, { from, protocol, port }: Question): Journey {
  const { at, asker, source, lent, restore } = arrival;
  return {
    leg: 'return',
    from: at,
    in: arrival.in,
    source,
    destination: asker,
    goal: from.kind === 'nodes' || from.kind === 'hub' ? { ...from, address: asker } : from,
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(lent ? { lent } : {}),
    ...(restore ? { restore } : {}),
  };
}

/** Connection tracking drops answers on a router that did not see the question. */
function otherWay(way: Walk, back: Walk): Failure | undefined {
  const saw = new Set(way.routers);
  const stranger = back.routers.find((router) => !saw.has(router));
  const hop = stranger && back.hops.find(({ host }) => host === stranger.host);
  if (!stranger || !hop) return undefined;
  const peer = way.routers.find((router) => router.around.cluster === stranger.around.cluster)?.host;
  return {
    reason: 'other-way-back',
    host: stranger.host,
    leg: 'return',
    address: hop.destination,
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
  const asker = back.hops[0]?.destination ?? to.address;
  return check(way, back, 'way', to.address) ?? check(back, way, 'return', asker);
}
