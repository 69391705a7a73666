import { addressAt, type OnLink } from '../../src/adapters/twin/internet.ts';
import type { Layout } from '../../src/adapters/twin/layout.ts';
import { rangesOf } from '../../src/adapters/twin/pods.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { activeRouter } from '../../src/core/model/topology.ts';

/** A device in one of a cluster's other ranges, on a network of its own behind the active router. */
export interface OtherDevice {
  readonly behind: HostName;
  readonly namespace: string;
  readonly device: readonly OnLink[];
  readonly gateway: readonly OnLink[];
}

export function otherDevices({ id, topology }: Layout): readonly OtherDevice[] {
  return topology.clusters.flatMap((cluster) => {
    const ranges = ([4, 6] as const).flatMap((family) => rangesOf(cluster, 'other', family).slice(0, 1));
    if (ranges.length === 0) return [];
    const at = (offset: number) => ranges.map((prefix) => ({ address: addressAt(prefix, offset), prefix }));
    return [
      {
        behind: activeRouter(cluster)!.name,
        namespace: `${id}.other.${cluster.name}`,
        device: at(2),
        gateway: at(1),
      },
    ];
  });
}

/** Input for `ip -batch` in the device's namespace, which makes the link to the router; and in the router's. */
export function otherLinks(
  { device, gateway }: OtherDevice,
  routerNamespace: string,
): Readonly<Record<'device' | 'router', string>> {
  const addresses = (all: readonly OnLink[], link: string) =>
    all.map(
      ({ address, prefix }) =>
        `address add ${address.text}/${prefix.length} dev ${link}${address.family === 6 ? ' nodad' : ''}\n`,
    );
  return {
    device: [
      'link set lo up\n',
      `link add eth0 type veth peer name other0 netns ${routerNamespace}\n`,
      ...addresses(device, 'eth0'),
      'link set eth0 up\n',
      ...gateway.map(
        ({ address: { family, text } }) =>
          `route add ${family === 4 ? '0.0.0.0/0' : '::/0'} via ${text} dev eth0\n`,
      ),
    ].join(''),
    router: [...addresses(gateway, 'other0'), 'link set other0 up\n'].join(''),
  };
}
