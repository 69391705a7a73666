import { finding } from '../codes/finding.ts';
import { parseAddress } from '../model/address.ts';
import type { Place } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { HUB } from '../model/name.ts';
import type { Endpoint, Hub, Located } from '../model/topology.ts';
import { readAddresses } from './addresses.ts';
import { isDnsName } from './dns-name.ts';
import { enrolmentOf, type Keys } from './keys.ts';
import { entry, type Report, type Spot, textAt, texts } from './spot.ts';
import { checkSshHost, readSshLogin, readVia, type SshDefaults, type SshLogin } from './ssh.ts';

export interface HubContext {
  readonly ssh: SshDefaults;
  readonly keys: Keys;
  /** The port of `endpoint` where it names none. */
  readonly port: number;
}

/** The hub; where the file has none, one without addresses, so that the rest can be checked all the same. */
export function readHub(spot: Spot, context: HubContext, report: Report): Hub {
  const endpoint = textAt(entry(spot, 'endpoint'));
  const ssh = entry(spot, 'ssh');
  const login: SshLogin = ssh ? readSshLogin(ssh, context.ssh, report) : { ...context.ssh, at: spot.at };
  const host = login.host && checkSshHost(login.host, report) ? login.host.value : undefined;
  const via = login.via && readVia(login.via, undefined, report);
  return {
    name: HUB,
    endpoint: (endpoint && readEndpoint(endpoint, context.port, report)) ?? nowhere(spot.at, context.port),
    tunnel: readAddresses(texts(entry(spot, 'tunnel')), report),
    ssh: {
      user: login.user,
      port: login.port,
      ...(host !== undefined && { host }),
      via: via ?? 'direct',
      at: login.at,
    },
    enrolment: enrolmentOf(context.keys, HUB),
    at: spot.at,
  };
}

function readEndpoint(
  { value, at }: Located<string>,
  defaultPort: number,
  report: Report,
): Endpoint | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::([0-9]{1,5}))?$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const address = host === undefined ? undefined : parseAddress(host);
  const isHost = match?.[1] === undefined ? address || isDnsName(host ?? '') : address?.family === 6;
  if (host === undefined || !isHost) {
    const bare = parseAddress(value)?.family === 6;
    report(
      finding('hub/malformed-endpoint', {
        at,
        message: `${quote(value)} is not an endpoint: expected HOST or HOST:PORT`,
        hint: bare
          ? `write '[${value}]', with the brackets and in quotes`
          : 'write an address or a DNS name, and a port if it is not 51820',
      }),
    );
    return undefined;
  }
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65535) {
    report(
      finding('schema/out-of-range', {
        at,
        message: `the port of ${quote(value)} is ${port}, expected a port from 1 to 65535`,
        hint: 'write a port from 1 to 65535',
      }),
    );
  }
  return { host: address?.text ?? host, ...(address && { address }), port, at };
}

function nowhere(at: Place, port: number): Endpoint {
  return { host: '', port, at };
}
