import { finding } from '../codes/finding.ts';
import type { Place } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { type HostName, HUB, parseHostName } from '../model/name.ts';
import type { Located } from '../model/topology.ts';
import { isDnsName } from './dns-name.ts';
import { parseAddress } from '../model/address.ts';
import { entry, integerAt, type Report, type Spot, textAt } from './spot.ts';

/** Login settings that hosts take from their cluster or from the top of the file. */
export interface SshDefaults {
  readonly user: string;
  readonly port: number;
}

/** What a host says about its login; `via` is absent where the default applies. */
export interface SshLogin extends SshDefaults {
  readonly host?: Located<string>;
  readonly via?: Located<string>;
  readonly at: Place;
}

/** What sshd and the user have where the file says nothing. */
export const SSH_DEFAULTS: SshDefaults = { user: 'root', port: 22 };

// What useradd accepts. A leading dash or a blank would become an option of some command.
const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

export function readSshDefaults(spot: Spot | undefined, above: SshDefaults, report: Report): SshDefaults {
  if (!spot) return above;
  const user = textAt(entry(spot, 'user'));
  if (user && !USER.test(user.value)) {
    report(
      finding('ssh/malformed-user', {
        at: user.at,
        message: `${quote(user.value)} is not a user name`,
        hint: 'use letters, digits, `_`, `-` and `.`, beginning with a letter',
      }),
    );
  }
  return { user: user?.value ?? above.user, port: integerAt(entry(spot, 'port'), 1, 65535) ?? above.port };
}

export function readSshLogin(spot: Spot, above: SshDefaults, report: Report): SshLogin {
  const defaults = readSshDefaults(spot, above, report);
  const host = textAt(entry(spot, 'host'));
  const via = textAt(entry(spot, 'via'));
  return { ...defaults, ...(host && { host }), ...(via && { via }), at: spot.at };
}

/** Whether a text can be dialled. An expanded host of a node range is checked member by member. */
export function checkSshHost({ value, at }: Located<string>, report: Report): boolean {
  if (parseAddress(value) || isDnsName(value)) return true;
  report(
    finding('ssh/malformed-host', {
      at,
      message: `${quote(value)} is neither an address nor a DNS name`,
      hint: 'write what is dialled, without user and port',
    }),
  );
  return false;
}

/** The host that a `via` means: `direct`, `hub`, `CLUSTER/NODE`, or a node of the same cluster. */
export function readVia(
  via: Located<string>,
  cluster: string | undefined,
  report: Report,
): HostName | 'direct' | undefined {
  const { value, at } = via;
  if (value === 'direct') return value;
  if (value === HUB) return HUB;
  const name = parseHostName(value.includes('/') || cluster === undefined ? value : `${cluster}/${value}`);
  if (name) return name;
  report(
    finding('ssh/unknown-via', {
      at,
      message: `${quote(value)} names no host`,
      hint: 'write `direct`, `hub`, `CLUSTER/NODE` or the name of a node of this cluster',
    }),
  );
  return undefined;
}
