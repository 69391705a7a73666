import type { Freeze } from '../core/model/freeze.ts';
import { HUB } from '../core/model/name.ts';
import type { Topology } from '../core/model/topology.ts';
import { observeFreeze } from '../core/observe/freeze.ts';
import { demand } from './call.ts';
import type { Connect, Session } from './ports.ts';
import { routes } from './routes.ts';

const FREEZE_MS = 20_000;

/**
 * Holds every deployment back until the freeze is lifted; answers the one that is in force, which is another where deployments were
 * frozen before. Throws a FaultError when the hub cannot be asked.
 */
export async function freeze(
  topology: Topology,
  { reason, who, plan, isByHand }: Omit<Freeze, 'since'>,
  connect: Connect,
): Promise<Freeze> {
  const lines = [
    `reason ${oneLine(reason)}`,
    `who ${oneLine(who)}`,
    ...(plan === undefined ? [] : [`plan ${oneLine(plan)}`]),
    ...(isByHand ? ['by hand'] : []),
  ];
  return onHub(topology, connect, async (hub) => {
    const answer = await demand(hub, {
      verb: 'freeze',
      payload: `${lines.join('\n')}\n`,
      timeoutMs: FREEZE_MS,
    });
    return observeFreeze(answer) ?? { reason, who, since: 0 };
  });
}

/** Lifts the freeze; answers what it was, or undefined where there was none. */
export async function unfreeze(topology: Topology, connect: Connect): Promise<Freeze | undefined> {
  return onHub(topology, connect, async (hub) => {
    const snapshot = await demand(hub, {
      verb: 'snapshot',
      args: [topology.wireguard.interface],
      timeoutMs: FREEZE_MS,
    });
    await demand(hub, { verb: 'unfreeze', timeoutMs: FREEZE_MS });
    return observeFreeze(snapshot);
  });
}

async function onHub<T>(topology: Topology, connect: Connect, run: (hub: Session) => Promise<T>): Promise<T> {
  const hosts = connect();
  try {
    return await run(await hosts.open(routes(topology)(HUB)));
  } finally {
    await hosts.close();
  }
}

/** What a payload line may hold: printable ASCII (docs/host.md). */
function oneLine(text: string): string {
  return (
    text
      .replaceAll(/[^\x20-\x7e]+/g, ' ')
      .trim()
      .slice(0, 500) || '-'
  );
}
