import { compile } from '../core/compile/compile.ts';
import type { HostName } from '../core/model/name.ts';
import type { HostStatus } from '../core/model/status.ts';
import type { Topology } from '../core/model/topology.ts';
import { release } from './digest.ts';
import { look } from './deploy/view.ts';
import type { Connect } from './ports.ts';
import { routes } from './routes.ts';

/** Asks every enrolled host at once; writes nothing. */
export async function status(
  topology: Topology,
  connect: Connect,
): Promise<ReadonlyMap<HostName, HostStatus>> {
  const fleet = compile(topology);
  const target = release(fleet, topology.wireguard.interface);
  const routeTo = routes(topology);
  const hosts = connect();
  try {
    const seen = await Promise.all(
      [...fleet].map(async ([host, state]): Promise<[HostName, HostStatus]> => {
        const desired = {
          state,
          release: target.hosts.get(host)!,
          interfaceName: topology.wireguard.interface,
        };
        const found = await look(hosts, routeTo(host), desired, 'books');
        if ('fault' in found) return [host, { state: 'unreachable', fault: found.fault }];
        const { confirmed, pending, settled, handshakes, books } = found.view;
        return [
          host,
          {
            state: confirmed === undefined ? 'new' : settled ? 'in-sync' : 'differs',
            ...(confirmed === undefined ? {} : { release: confirmed }),
            ...(pending ? { transaction: pending.transaction } : {}),
            handshakes,
            books: books.slice(0, 5),
          },
        ];
      }),
    );
    return new Map(seen);
  } finally {
    await hosts.close();
  }
}
