import { HUB } from '../model/name.ts';
import { visible } from './escape.ts';

/** Why a rehearsal is not complete, and the place of the topology that it is about. */
export interface RehearsalFailure {
  /** `hub` or the name of a cluster; undefined where it is about none of them. */
  readonly place: string | undefined;
  /** One sentence without a full stop, made visible. */
  readonly words: string;
}

const MAX_FAULTS = 20;

/**
 * What the document of kind `rehearse` says went wrong: the faults of a deployment, and a sentence for each ordered pair of places in
 * which something is not reached. Of a document whose shape nobody vouches for.
 */
export function rehearsalFailures(document: unknown): readonly RehearsalFailure[] {
  const base = entry(document, 'base');
  return [
    ...strings(document, 'missing', 'what').map((what) => general(`this machine lacks ${what}`)),
    ...(entry(document, 'interrupted') === true ? [general('it was interrupted')] : []),
    ...(base === undefined ? [] : stage(base, 'with the base deployed, ')),
    ...stage(document, ''),
  ];
}

function stage(value: unknown, when: string): readonly RehearsalFailure[] {
  return [...faults(entry(entry(value, 'deployment'), 'document'), when), ...unreached(value, when)];
}

function faults(document: unknown, when: string): readonly RehearsalFailure[] {
  return array(document, 'faults')
    .slice(0, MAX_FAULTS)
    .map((fault) => {
      const [host, step, cause] = ['host', 'step', 'cause'].map((key) => text(entry(fault, key)));
      const where = [host, step].filter((word) => word !== undefined).join(', ');
      return {
        place: host?.split('/')[0],
        words: visible(`${when}${where}: ${cause ?? JSON.stringify(fault)}`),
      };
    });
}

function unreached(value: unknown, when: string): readonly RehearsalFailure[] {
  const pairs = new Map<string, { readonly place: string; readonly first: string; more: number }>();
  for (const probe of array(value, 'failed')) {
    const [from = '', to = '', kind = ''] = ['from', 'to', 'kind'].map((key) => text(entry(probe, key)));
    const [source = '', target = ''] = [from, to].map((host) => host.split('/')[0]);
    const key = JSON.stringify([source, target]);
    const known = pairs.get(key);
    if (known) known.more++;
    else {
      const family = String(entry(probe, 'family'));
      const first = `${source} does not reach ${target}: ${from} → ${to} (${kind.replace('-', ' to ')}, IPv${family})`;
      // The hub has hardly a line that could be wrong.
      pairs.set(key, { place: source === HUB ? target : source, first, more: 0 });
    }
  }
  return [...pairs.values()].map(({ place, first, more }) => ({
    place,
    words: visible(`${when}${first}${more > 0 ? ` and ${more} more` : ''}`),
  }));
}

function general(words: string): RehearsalFailure {
  return { place: undefined, words: visible(words) };
}

function array(value: unknown, key: string): readonly unknown[] {
  const found = entry(value, key);
  return Array.isArray(found) ? found : [];
}

function strings(value: unknown, key: string, of: string): readonly string[] {
  return array(value, key).flatMap((each) => text(entry(each, of)) ?? []);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function entry(value: unknown, key: string): unknown {
  const found = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return found.find(([name]) => name === key)?.[1];
}
