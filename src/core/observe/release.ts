import type { Family } from '../model/address.ts';
import type { HostFile } from '../model/file.ts';
import type { Chain, HostState, WireguardState } from '../model/host-state.ts';
import { parseHostName, type HostName } from '../model/name.ts';
import { IP6TABLES_RULES, IPTABLES_RULES, ROUTES, SYSCTL, wireguardConf } from '../model/paths.ts';
import { observeChains } from './firewall.ts';
import type { Reading } from './reading.ts';
import { observeRoutes } from './routes.ts';
import { observeConf } from './wireguard.ts';

/** A release as a host keeps it: the state that it renders, and the files themselves. */
export interface ObservedRelease {
  readonly state: HostState;
  readonly interfaceName: string;
  readonly files: readonly HostFile[];
}

interface Parts {
  readonly host: HostName;
  readonly interfaceName: string;
  readonly files: readonly HostFile[];
}

/** The inverse of rendering a release. Undefined when the text is no release, or is cut. */
export function observeRelease(text: string): Reading<ObservedRelease | undefined> {
  const parts = readParts(text);
  if (!parts) return { value: undefined, unread: [text.slice(0, 200)] };
  const { host, interfaceName, files } = parts;
  const body = (path: string) => files.find((file) => file.path === path)?.text;
  const conf = body(wireguardConf(interfaceName));
  const wireguard = conf === undefined ? undefined : observeConf(interfaceName, conf);
  const chains = ([4, 6] as const).map((family) => rulesOf(family, body));
  const routes = observeRoutes(lines(body(ROUTES)), interfaceName);
  const state: HostState = {
    host,
    ...present(wireguard?.value),
    forwarding: forwardingOf(lines(body(SYSCTL))),
    routes: routes.value,
    chains: chains.flatMap((each) => each.value),
  };
  const unread = [...(wireguard?.unread ?? []), ...chains.flatMap((each) => each.unread), ...routes.unread];
  return { value: { state, interfaceName, files }, unread };
}

/** The files of a release alone, without a look at what they say. None when the text is no release, or is cut. */
export function releaseFiles(text: string): readonly HostFile[] {
  return readParts(text)?.files ?? [];
}

/** By path, what the files of a release hold, as kuiil-host reads it on the host: also where the rest is no release any more. */
export function keptTexts(release: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let path: string | undefined;
  for (const line of release) {
    if (line.startsWith('file ')) texts.set((path = line.slice(line.lastIndexOf(' ') + 1)), '');
    else if (path !== undefined && line.startsWith('|'))
      texts.set(path, `${texts.get(path)}${line.slice(1)}\n`);
  }
  return texts;
}

/** In a rules file the jumps come last, as inserts: every chain counts as reached. */
function rulesOf(family: Family, body: (path: string) => string | undefined): Reading<readonly Chain[]> {
  const text = body(family === 4 ? IPTABLES_RULES : IP6TABLES_RULES);
  const { value, unread } = observeChains(family, lines(text));
  return { value: [...value.chains, ...value.unreached], unread };
}

function forwardingOf(settings: readonly string[]): readonly Family[] {
  const on = (name: string) => settings.includes(`${name} = 1`);
  return [
    ...(on('net.ipv4.ip_forward') ? ([4] as const) : []),
    ...(on('net.ipv6.conf.all.forwarding') ? ([6] as const) : []),
  ];
}

function readParts(text: string): Parts | undefined {
  const match =
    /^kuiil-release 1\nhost (\S+)\ninterface (\S+)\n(?:public-key \S+\n)?((?:file [0-7]{4} \S+\n(?:\|.*\n)*)*)end\n$/.exec(
      text,
    );
  const host = match && parseHostName(match[1]!);
  if (!host) return undefined;
  const files = match[3]!
    .split(/^file /m)
    .slice(1)
    .map(readFile);
  return { host, interfaceName: match[2]!, files };
}

function readFile(text: string): HostFile {
  const [head, ...body] = text.split('\n').slice(0, -1);
  const [mode, path] = head!.split(' ');
  return {
    path: path!,
    mode: Number.parseInt(mode!, 8),
    text: body.map((line) => `${line.slice(1)}\n`).join(''),
  };
}

function lines(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split('\n').filter((line) => line !== '');
}

function present(wireguard: WireguardState | undefined): { wireguard?: WireguardState } {
  return wireguard ? { wireguard } : {};
}
