import { ROLES, type Keyring, type Role } from '../../app/enrol/keyring.ts';
import type { Pin } from '../../app/enrol/pins.ts';
import type { Topology } from '../../core/model/topology.ts';
import { UsageError } from './options.ts';
import type { World } from './world.ts';

/** Files with public keys of the user's own, instead of keys that are made. */
export interface LoginKeyFiles {
  readonly deployKey?: string;
  readonly driftKey?: string;
}

/** The keys that the deployer logs in with: those that are named, else those of this user's keyring. */
export async function loginKeys(
  world: World,
  topology: Topology,
  options: LoginKeyFiles,
): Promise<readonly Pin[]> {
  const ring = world.keyring(topology.name);
  const own: Record<Role, string | undefined> = { deploy: options.deployKey, drift: options.driftKey };
  return Promise.all(ROLES.map((role) => pinOf(world, ring, { role, file: own[role] })));
}

async function pinOf(
  world: World,
  ring: Keyring,
  { role, file }: { readonly role: Role; readonly file: string | undefined },
): Promise<Pin> {
  if (file === undefined) return { role, publicText: (await ring.current(role)).publicText };
  const bytes = await world.files.read(file);
  if (bytes === undefined) throw new UsageError(`there is no file ${file}`);
  const text = /^(?:ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/]+=*/m.exec(new TextDecoder().decode(bytes))?.[0];
  if (text === undefined)
    throw new UsageError(`${file} holds no public key: name the file that ends in .pub`);
  return { role, publicText: text };
}
