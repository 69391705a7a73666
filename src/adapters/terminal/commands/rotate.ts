import { writeKeys } from '../../../app/enrol/write-keys.ts';
import { rotate } from '../../../app/rotate.ts';
import type { HostEntry } from '../../../core/edit/keys.ts';
import type { HostName } from '../../../core/model/name.ts';
import { hosts, isPending, type Topology } from '../../../core/model/topology.ts';
import {
  rotationJson,
  rotationText,
  type RotatedHost,
  type Rotation,
} from '../../../core/report/rotation.ts';
import { keysFile } from '../keys-file.ts';
import type { Loaded } from '../load.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { Login, World } from '../world.ts';

/** New WireGuard keys for some hosts, or for all that have one: into the keys file, as a change to be reviewed. */
export async function rotated(
  world: World,
  topology: Topology,
  { file }: Loaded,
  { names, all, ...login }: Login & { readonly names: readonly HostName[]; readonly all: boolean },
): Promise<Result> {
  const able = hosts(topology).filter((host) => host.tunnel.length > 0 && !isPending(host));
  const unable = names.find((name) => !able.some((host) => host.name === name));
  if (unable !== undefined)
    throw new UsageError(`${unable} has no WireGuard key to rotate: name enrolled hosts with a tunnel`);
  if (all === names.length > 0) throw new UsageError('name the hosts whose keys change, or pass --all');
  const chosen = able.filter(({ name }) => all || names.includes(name));
  const line = progress(world.stderr, world.clock);
  const found = await rotate(
    { topology, names: chosen.map(({ name }) => name) },
    await world.connect(login),
    line,
  );
  const entries = new Map<HostName, HostEntry>();
  const facts = new Map<string, RotatedHost>();
  for (const { name, enrolment } of chosen) {
    const one = found.get(name)!;
    if ('fault' in one) {
      facts.set(name, one);
      continue;
    }
    facts.set(name, { before: enrolment.publicKey!.value, publicKey: one.publicKey });
    entries.set(name, { publicKey: one.publicKey, hostKeys: enrolment.hostKeys });
  }
  const keys = keysFile(world, file);
  await writeKeys(entries, keys);
  line.end();
  const rotation: Rotation = { file: keys.name, hosts: facts };
  return {
    exit: entries.size === chosen.length ? 0 : 4,
    text: () => rotationText(rotation, paint(world.stdout)),
    json: () => rotationJson(rotation),
  };
}
