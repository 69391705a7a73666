import type { Sighting } from '../../core/drift/sighting.ts';
import { diff } from '../../core/diff/diff.ts';
import type { HostAnswer } from '../../core/model/answer.ts';
import type { HostState } from '../../core/model/host-state.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { activeRouter, hosts, isTunnelNode, type Topology } from '../../core/model/topology.ts';
import { observeRelease, releaseFiles, type ObservedRelease } from '../../core/observe/release.ts';
import { observeSnapshot } from '../../core/observe/snapshot.ts';
import { observeVicinity } from '../../core/observe/vicinity.ts';
import { keyValues } from '../../remote/protocol.ts';
import type { Desired } from '../deploy/desired.ts';
import { sha256 } from '../digest.ts';

/** What every host is seen beside. */
export interface Context {
  readonly topology: Topology;
  readonly wanted: ReadonlyMap<HostName, Desired>;
  readonly remembered: ReadonlyMap<string, string>;
}

/** A host beside what it should be. */
export function sight(host: HostName, answer: HostAnswer, context: Context): Sighting {
  const { wanted, remembered } = context;
  const git = wanted.get(host)!;
  const confirmed = digestOf(keyValues(answer, 'host').get('current'));
  const kept = heldRelease(answer, git);
  const known = remembered.get(host);
  const basis = confirmed !== undefined || known !== undefined ? 'confirmed' : 'git';
  const digest = kept && sha256(kept.text);
  const reference = referenceOf({ basis, git, confirmed: confirmed ?? known, kept, digest });
  const { state: expected, interfaceName } = reference;
  const { value: seen } = observeSnapshot(answer, expected, interfaceName);
  const around = observeVicinity(answer, sha256);
  return {
    host,
    basis,
    expected: basis === 'git' ? { ...expected, chains: [] } : expected,
    observed: seen.state,
    changes: diff(expected, seen.state),
    unreached: seen.unreached,
    strays: seen.strays,
    handshakes: seen.handshakes,
    around,
    isKnown: basis === 'git' || kept !== undefined || git.release.digest === known,
    release: {
      ...(confirmed === undefined ? {} : { confirmed }),
      ...(digest === undefined ? {} : { kept: digest }),
      ...(known === undefined ? {} : { remembered: known }),
      files: confirmed === undefined ? [] : reference.files,
    },
    surmised: surmise(host, expected, context),
  };
}

interface Reference {
  readonly state: HostState;
  readonly interfaceName: string;
  readonly files: Sighting['release']['files'];
}

interface Choice {
  readonly basis: Sighting['basis'];
  readonly git: Desired;
  readonly confirmed: string | undefined;
  readonly kept: Kept | undefined;
  readonly digest: string | undefined;
}

/** The confirmed release as the host keeps it; as git has it where the host's was lost or edited and git has the same. */
function referenceOf({ basis, git, confirmed, kept, digest }: Choice): Reference {
  const isIntact = kept !== undefined && digest === confirmed;
  if (basis === 'git' || (!isIntact && git.release.digest === confirmed) || !kept)
    return { ...git, files: basis === 'git' ? [] : filesOf(releaseFiles(git.release.text)) };
  return { ...kept.release, files: filesOf(kept.release.files) };
}

function filesOf(files: ObservedRelease['files']): Reference['files'] {
  return files.map(({ path, text }) => ({ path, sha256: sha256(text) }));
}

/** The confirmed release as a host keeps it. */
export interface Kept {
  readonly text: string;
  readonly release: ObservedRelease;
}

/**
 * Undefined where there is none, or where it cannot be read.
 *
 * @param git what git says of the host: where that is the same, byte for byte, there is nothing to read
 */
export function heldRelease(answer: HostAnswer, git?: Desired): Kept | undefined {
  const lines = answer.sections.get('confirmed');
  if (!lines) return undefined;
  const text = `${lines.join('\n')}\n`;
  if (text === git?.release.text) return { text, release: { ...git, files: releaseFiles(text) } };
  const release = observeRelease(text).value;
  return release && { text, release };
}

function digestOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

function surmise(
  host: HostName,
  { wireguard }: HostState,
  { topology, remembered }: Context,
): Sighting['surmised'] {
  const node = topology.clusters.flatMap((cluster) => cluster.nodes).find(({ name }) => name === host);
  const cluster = topology.clusters.find(({ name }) => name === node?.cluster);
  const router = cluster && activeRouter(cluster);
  const peers = wireguard?.peers ?? [];
  const lively =
    host === HUB
      ? peers.filter(
          ({ name }) => topology.wireguard.keepalive > 0 && (remembered.size === 0 || remembered.has(name)),
        )
      : peers.filter(({ keepalive }) => keepalive > 0);
  return {
    addresses: (node?.addresses ?? []).map(({ value }) => value.text),
    isAsymmetric: node !== undefined && isTunnelNode(node) && router !== undefined && router.name !== host,
    lively: new Set(lively.map(({ publicKey }) => publicKey)),
  };
}

/** The names of every host of the topology, to find those that left it. */
export function namesOf(topology: Topology): ReadonlySet<string> {
  return new Set(hosts(topology).map(({ name }) => name));
}
