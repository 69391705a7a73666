import type { Address, Prefix } from '../model/address.ts';
import type { Place } from '../model/diagnostic.ts';
import { type HostName, hostName } from '../model/name.ts';
import { onKey } from '../model/place.ts';
import type { Located } from '../model/topology.ts';
import { onePerFamily, readAddresses } from './addresses.ts';
import { checkHostName } from './name.ts';
import { readPrefixes } from './prefixes.ts';
import { entry, isMapping, type Report, type Spot, texts } from './spot.ts';
import { checkSshHost, readSshLogin, type SshDefaults, type SshLogin } from './ssh.ts';

/** A node as its entry has it: texts, not yet looked into. */
export interface WrittenNode {
  readonly node: string;
  readonly address: readonly Located<string>[];
  readonly tunnel: readonly Located<string>[];
  readonly podCIDR: readonly Located<string>[];
  readonly login: SshLogin;
  readonly at: Place;
}

/** A node before its cluster's router, and so the way to it, is known. */
export interface NodeDraft {
  readonly name: HostName;
  readonly node: string;
  readonly addresses: readonly Located<Address>[];
  readonly tunnel: readonly Located<Address>[];
  readonly podCIDRs: readonly Located<Prefix>[];
  readonly login: SshLogin;
  readonly at: Place;
}

export function writtenNode(node: string, spot: Spot, ssh: SshDefaults, report: Report): WrittenNode {
  const at = spot.at;
  if (!isMapping(spot.value))
    return { node, address: texts(spot), tunnel: [], podCIDR: [], login: { ...ssh, at }, at };
  const login = entry(spot, 'ssh');
  return {
    node,
    address: texts(entry(spot, 'address')),
    tunnel: texts(entry(spot, 'tunnel')),
    podCIDR: texts(entry(spot, 'podCIDR')),
    login: login ? readSshLogin(login, ssh, report) : { ...ssh, at },
    at,
  };
}

/** Undefined when nothing can go by the name. */
export function readNode(written: WrittenNode, cluster: string, report: Report): NodeDraft | undefined {
  const { node, at } = written;
  if (!checkHostName({ name: node, what: 'a node', at: onKey(at) }, report)) return undefined;
  return {
    name: hostName(cluster, node),
    node,
    addresses: readAddresses(written.address, report),
    tunnel: readAddresses(written.tunnel, report),
    podCIDRs: onePerFamily(readPrefixes(written.podCIDR, report), report),
    login: checkedLogin(written.login, report),
    at,
  };
}

function checkedLogin(login: SshLogin, report: Report): SshLogin {
  if (!login.host || checkSshHost(login.host, report)) return login;
  const { host: _malformed, ...rest } = login;
  return rest;
}
