import { hostPrefix, isPrefix, parseAddress, parsePrefix, type Prefix } from '../model/address.ts';
import type { HostAnswer } from '../model/answer.ts';
import type { ForeignRoute, OwnedFile, Vicinity, Unit } from '../model/vicinity.ts';
import { readIpLines } from './ip-lines.ts';
import { keptTexts } from './release.ts';
import { readWgShow } from './wg-show.ts';

/**
 * Reads what `snapshot IFACE whole` says more than `snapshot IFACE`. Lines without a meaning are passed over.
 *
 * @param sha256 of a text, in hex: for files of which the host says that they are as its release has them
 */
export function observeVicinity(answer: HostAnswer, sha256: (text: string) => string): Vicinity {
  const lines = (name: string) => answer.sections.get(name) ?? [];
  const facts = pairs(lines('host'));
  const ip = readIpLines(answer);
  const wg = readWgShow(lines('wg'));
  const keyFile = observeKeyFile(answer.sections.get('stats'), lines('key')[0] ?? '');
  return {
    time: Number(facts.get('time') ?? 0),
    uptime: Number(facts.get('uptime') ?? 0),
    isUp: /<([^>]*,)?UP[,>]/.test(ip.link ?? ''),
    files: observeFiles(lines, sha256),
    hasScript: lines('files').includes('ours /var/lib/kuiil/kuiil-host'),
    ...(keyFile ? { keyFile } : {}),
    ...(facts.get('systemd') === 'yes' ? { units: observeUnits(lines('units')) } : {}),
    ...(wg?.fwmark === undefined ? {} : { fwmark: wg.fwmark }),
    preshared: (wg?.peers ?? []).flatMap(({ isPreshared, publicKey }) => (isPreshared ? [publicKey] : [])),
    foreignRoutes: [...ip.others[4].flatMap(readRoute(4)), ...ip.others[6].flatMap(readRoute(6))],
    addresses: observeAddresses(ip.addresses),
    sourceFilters: new Map(
      lines('rp-filter')
        .map(split)
        .map(([name, value]) => [name, Number(value)]),
    ),
    neighbours: lines('neighbours'),
    oldBackend: lines('old-backend'),
    mended: lines('mended')
      .map(split)
      .flatMap(([at, what]) => (/^\d+$/.test(at) ? [{ at: Number(at), what }] : [])),
    failedProbes: lines('probes').flatMap((line) => /^(.+) failed$/.exec(line)?.[1] ?? []),
  };
}

function observeFiles(
  lines: (name: string) => readonly string[],
  sha256: (text: string) => string,
): ReadonlyMap<string, OwnedFile> {
  const kept = keptTexts(lines('confirmed'));
  const digests = new Map(
    lines('digests').flatMap((line): [string, string][] => {
      const [, digest, path] = /^([0-9a-f]{64}|kept) [ *]?(\/.+)$/.exec(line) ?? [];
      if (path === undefined) return [];
      return [[path, digest !== 'kept' ? digest! : kept.has(path) ? sha256(kept.get(path)!) : '']];
    }),
  );
  const stats = readStats(lines('stats'));
  return new Map(
    lines('files')
      .map(split)
      .map(([word, path]) => [
        path,
        {
          isLink: word === 'ours',
          sha256: digests.get(path) ?? '',
          changedAt: stats.get(path)?.changedAt ?? 0,
        },
      ]),
  );
}

function observeKeyFile(stats: readonly string[] | undefined, publicKey: string): Vicinity['keyFile'] {
  if (!stats) return undefined;
  const found = [...readStats(stats)].find(([path]) => path.endsWith('.key'));
  return found ? { ...found[1], publicKey } : 'missing';
}

/** `MODE MTIME PATH` lines of stat. */
function readStats(lines: readonly string[]): ReadonlyMap<string, { mode: number; changedAt: number }> {
  return new Map(
    lines.flatMap((line) => {
      const match = /^([0-7]{1,4}) (\d+) (\/.+)$/.exec(line);
      return match
        ? [[match[3]!, { mode: Number.parseInt(match[1]!, 8), changedAt: Number(match[2]) }] as const]
        : [];
    }),
  );
}

/** Blocks of `systemctl show`, and our own `Altered=NAME` lines behind them. */
function observeUnits(lines: readonly string[]): ReadonlyMap<string, Unit> {
  const altered = new Set(lines.flatMap((line) => /^Altered=(.+)$/.exec(line)?.[1] ?? []));
  const blocks = lines
    .filter((line) => !line.startsWith('Altered='))
    .join('\n')
    .split(/\n{2,}/);
  return new Map(
    blocks.flatMap((block): [string, Unit][] => {
      const of = new Map(block.split('\n').map((line) => cut(line, '=')));
      const name = of.get('Id');
      if (name === undefined) return [];
      return [
        [
          name,
          {
            load: of.get('LoadState') ?? '',
            active: of.get('ActiveState') ?? '',
            file: of.get('UnitFileState') ?? '',
            changedAtUptime: Number(of.get('StateChangeTimestampMonotonic') ?? 0) / 1e6,
            isAltered: altered.has(name),
          },
        ],
      ];
    }),
  );
}

/** A line of `ip -o route show`, of which several hops have what they all have; the word before the destination, if any, is a kind such as `blackhole`. */
function readRoute(family: 4 | 6): (line: string) => readonly ForeignRoute[] {
  return (line) => {
    const words = line.trim().split(/\s+/);
    const kind = /^(blackhole|unreachable|prohibit|throw|local|broadcast|multicast|anycast|nat)$/.test(
      words[0] ?? '',
    );
    const destination = readDestination(words[kind ? 1 : 0] ?? '');
    if (!destination || destination.family !== family) return [];
    const all = (word: string) =>
      words.flatMap((each, at) => (at > 0 && each === word ? [words[at + 1]] : []));
    const after = (word: string) => (new Set(all(word)).size === 1 ? all(word)[0] : undefined);
    const [device, via, protocol] = [after('dev'), after('via'), after('proto')];
    return [
      {
        destination,
        line: words.filter((word) => word !== '\\').join(' '),
        ...(device === undefined ? {} : { device }),
        ...(via === undefined ? {} : { via }),
        ...(protocol === undefined ? {} : { protocol }),
        metric: Number(after('metric') ?? 0),
      },
    ];
  };
}

/** Not the default route, which leaves every other one alone. */
function readDestination(text: string): Prefix | undefined {
  const address = parseAddress(text);
  if (address) return hostPrefix(address);
  const prefix = parsePrefix(text);
  return isPrefix(prefix) && prefix.length > 0 ? prefix : undefined;
}

/** `2: eth0    inet 192.168.100.100/24 brd … scope global eth0 …` */
function observeAddresses(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const match = /^\d+: (\S+) +inet6? ([^/ ]+)/.exec(line);
      const address = match && parseAddress(match[2]!);
      return address ? [[address.text, match[1]!]] : [];
    }),
  );
}

function pairs(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.map(split));
}

/** The first word, and what is behind it. */
function split(line: string): [string, string] {
  return cut(line, ' ');
}

function cut(line: string, by: string): [string, string] {
  const at = line.indexOf(by);
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
