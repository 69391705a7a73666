import type { HostFile } from '../model/file.ts';
import type { HostState } from '../model/host-state.ts';
import { render } from './render.ts';

/**
 * One host's release as it crosses the wire and as it is kept on the host (docs/host.md). Its sha256 names it.
 *
 * @param interfaceName the topology's WireGuard interface, which a plain node is told too: it may have been
 *   a tunnel node before.
 */
export function renderRelease(state: HostState, interfaceName: string): string {
  return [
    'kuiil-release 1',
    `host ${state.host}`,
    `interface ${interfaceName}`,
    ...(state.wireguard ? [`public-key ${state.wireguard.publicKey}`] : []),
    ...render(state).map(renderFile),
    'end',
    '',
  ].join('\n');
}

function renderFile({ path, mode, text }: HostFile): string {
  const body = text.slice(0, -1).replaceAll('\n', '\n|');
  return `file ${mode.toString(8).padStart(4, '0')} ${path}\n|${body}`;
}
