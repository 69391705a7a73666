import type { HostAnswer } from '../model/answer.ts';

/** What `ip -o -batch` and `ip -6 -o route` said, taken apart: each of these has lines of its own kind. */
export interface IpLines {
  /** `5: wg0: <POINTOPOINT,…> mtu 1420 …`; absent where there is no such interface. */
  readonly link?: string;
  /** `5: wg0    inet 192.168.99.1/32 scope global wg0 …`, of all interfaces that were asked for. */
  readonly addresses: readonly string[];
  /** Routes in table main with Kuiil's mark, IPv4 first. */
  readonly ours: readonly string[];
  /** Those of others; none where only ours were asked for. */
  readonly others: Readonly<Record<4 | 6, readonly string[]>>;
}

export function readIpLines({ sections }: HostAnswer): IpLines {
  const lines = (name: string) => sections.get(name) ?? [];
  const four = [...lines('ip.ours'), ...lines('ip')];
  const link = four.find((line) => /^\d+: [^ ]+: </.test(line));
  return {
    ...(link === undefined ? {} : { link }),
    addresses: four.filter((line) => !isRoute(line) && line !== link),
    ours: [
      ...lines('ip.ours').filter(isRoute),
      ...lines('ip')
        .filter((line) => isRoute(line) && isMarked(line))
        .map(unmarked),
      ...lines('ip6.ours'),
      ...lines('ip6').filter(isMarked).map(unmarked),
    ],
    others: {
      4: lines('ip').filter((line) => isRoute(line) && !isMarked(line)),
      6: lines('ip6').filter((line) => !isMarked(line)),
    },
  };
}

/** Links and addresses begin with the number of their interface. */
function isRoute(line: string): boolean {
  return !/^\d+: /.test(line);
}

function isMarked(route: string): boolean {
  return `${route} `.includes(' proto 75 ');
}

/** As `ip` prints it where it was asked for ours alone. */
function unmarked(route: string): string {
  return route.replace(/ proto 75(?= |$)/, '');
}
