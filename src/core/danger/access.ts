import type { Danger } from '../model/danger.ts';
import { formatHostKey, type HostKey } from '../model/key.ts';
import { compareText, type HostName } from '../model/name.ts';

/** How one enrolled host is logged in to. */
export interface Access {
  readonly address: string;
  readonly port: number;
  readonly hostKeys: readonly HostKey[];
  /** The hosts that are jumped through, the nearest to the deployer first. */
  readonly road: readonly HostName[];
}

/** Every enrolled host's access, by name. */
export type Accesses = ReadonlyMap<HostName, Access>;

/** What may keep us from logging in to hosts that we could log in to before. Sorted by code, then subject. */
export function accessDangers(before: Accesses, after: Accesses): readonly Danger[] {
  const found = [...after].flatMap(([host, is]) => {
    const was = before.get(host);
    return was
      ? [
          ...changedKey(host, was, is),
          ...changedAddress(host, was, is),
          ...lostRoad(host, { was, is, before, after }),
        ]
      : [];
  });
  return found.toSorted((a, b) => compareText(a.code, b.code) || compareText(a.subject, b.subject));
}

/** A key more is no danger; one that is no longer trusted is, since it may be the one that the host shows. */
function changedKey(host: HostName, was: Access, is: Access): readonly Danger[] {
  const trusted = new Set(is.hostKeys.map(formatHostKey));
  if (was.hostKeys.every((key) => trusted.has(formatHostKey(key)))) return [];
  return [
    {
      code: 'host-key',
      subject: host,
      unseen: [...trusted].toSorted(compareText).join(' '),
      message: `another SSH host key is trusted for ${host}: who holds it is logged in to as root, and the host itself no longer if it does not`,
    },
  ];
}

function changedAddress(host: HostName, was: Access, is: Access): readonly Danger[] {
  if (was.address === is.address && was.port === is.port) return [];
  return [
    {
      code: 'ssh-address',
      subject: host,
      unseen: `${is.address} ${is.port}`,
      message: `${host} is dialled at ${is.address} port ${is.port} instead of ${was.address} port ${was.port}: if that is another machine, or none, it is out of reach`,
    },
  ];
}

interface Roads {
  readonly was: Access;
  readonly is: Access;
  readonly before: Accesses;
  readonly after: Accesses;
}

/**
 * A host on the way that is not enrolled, or only joins with this very deployment, cannot be jumped through yet. Where there was no
 * way before either, none is lost.
 */
function lostRoad(host: HostName, { was, is, before, after }: Roads): readonly Danger[] {
  if (!was.road.every((each) => before.has(each))) return [];
  const gap = is.road.find((each) => !before.has(each) || !after.has(each));
  if (gap === undefined) return [];
  return [
    {
      code: 'ssh-road',
      subject: host,
      unseen: is.road.join(' '),
      message: `the way to ${host} leads through ${gap}, ${after.has(gap) ? 'which only joins' : 'which is not enrolled'}: until it is there, ${host} cannot be logged in to`,
    },
  ];
}
