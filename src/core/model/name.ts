declare const brand: unique symbol;

/** `hub` or `CLUSTER/NODE`. */
export type HostName = string & { readonly [brand]: 'HostName' };

export const HUB = 'hub' as HostName;

export function hostName(cluster: string, node: string): HostName {
  return `${cluster}/${node}` as HostName;
}

/** Parses what a person or a file calls a host; undefined when it has another form. */
export function parseHostName(text: string): HostName | undefined {
  return text === HUB || /^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/.test(text) ? (text as HostName) : undefined;
}

/** By code unit, so that the order is the same in every locale. The hub sorts by its name like any other. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The hub first, then by name: the order in which hosts are shown. */
export function compareHosts(a: string, b: string): number {
  return Number(b === HUB) - Number(a === HUB) || compareText(a, b);
}
