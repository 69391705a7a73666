import { parseHostName, type HostName } from '../../core/model/name.ts';

export const FORMATS = ['text', 'json', 'markdown', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/** A usage error: exit code 2. */
export class UsageError extends Error {}

/** `a,b` of host names. */
export function parseHosts(text: string): readonly HostName[] {
  return text.split(',').map((each) => {
    const name = parseHostName(each.trim());
    if (name === undefined) throw new UsageError(`\`${each}\` is no host: write hub, or CLUSTER/NODE`);
    return name;
  });
}

/** `a,b`, without empty ones. */
export function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || seconds < 1)
    throw new UsageError(`\`${text}\` is no number of seconds: write a whole number from 1 to 99999`);
  return seconds;
}

export function parseCount(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text)) throw new UsageError(`\`${text}\` is no count: write a whole number`);
  return Number(text);
}

export function parsePort(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`\`${text}\` is no port: write a number from 1 to 65535`);
  return Number(text);
}

/** `HOST=TARGET`: what this user's ssh calls a host. Added to those before it. */
export function parseTarget(
  text: string,
  earlier: ReadonlyMap<HostName, string> = new Map(),
): ReadonlyMap<HostName, string> {
  const at = text.indexOf('=');
  const [host] = parseHosts(at < 0 ? '' : text.slice(0, at));
  const target = text.slice(at + 1);
  if (target === '') throw new UsageError(`\`${text}\` names no target: write HOST=NAME`);
  return new Map([...earlier, [host!, target]]);
}
