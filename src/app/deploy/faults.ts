import { FaultError, type Fault } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { DeployRequest } from './request.ts';
import type { View } from './view.ts';

/** Somebody else's deployment is under way on this host. */
export function busy(view: View): Fault {
  return {
    code: 'host/busy',
    host: view.host,
    step: 'observe',
    cause: `another deployment is under way (${view.pending!.transaction}${ownerOf(view)})`,
    hint: 'wait until it has ended; an abandoned one ends by itself with its confirm timeout',
    stateNow: 'unchanged by this run',
  };
}

/**
 * Several hosts without the hub, which decides for them: should the deployer die between two confirmations, each would go by its own timer,
 * and the fleet would split. One alone cannot.
 */
export function withoutHub(views: readonly View[], changing: readonly HostName[]): Fault | undefined {
  if (changing.length < 2 || views.some((view) => view.host === HUB)) return undefined;
  return {
    code: 'deploy/without-hub',
    step: 'observe',
    cause: `${changing.length} hosts change, and the hub, which decides for all of them, is left out: ${changing.slice(0, 5).join(', ')}`,
    hint: 'deploy with the hub as well, or to one host alone (--only)',
    stateNow: 'unchanged by this run',
  };
}

/** A host that joins: it, or the router in front of it, is not a peer of the hub yet. */
export function unknownToHub(host: HostName, stranger: HostName): Fault {
  return {
    code: 'ssh/unreachable',
    host,
    step: 'connect',
    cause:
      host === stranger
        ? 'the hub has no peer with its key yet'
        : `the hub has no peer with the key of ${stranger} yet`,
    stateNow: 'unchanged: it was not dialled',
  };
}

export function cameNot(host: HostName, fault: Fault): Fault {
  return {
    ...fault,
    code: 'deploy/not-reached',
    host,
    hint: `${fault.hint === undefined ? '' : `${fault.hint}; then `}deploy again when it is there; nothing has to be undone`,
  };
}

/** Behind the hub, and no handshake has ever come from there. */
export function withoutTunnel(fault: Fault, port: number | undefined): Fault {
  return {
    ...fault,
    cause: `${fault.cause}, and the hub has never had a WireGuard handshake with it`,
    hint: `check that UDP port ${port ?? '?'} of the hub is open, at its provider too, and that the host has its first tunnel (kuiil bootstrap)`,
  };
}

export function throwIfInterrupted(request: DeployRequest): void {
  if (request.signal.aborted)
    throw new FaultError({
      code: 'deploy/interrupted',
      step: 'deploy',
      cause: 'interrupted',
      stateNow: 'see each host',
    });
}

/** What work answers, or the fault of an interruption as soon as there is one: for work that may go on unheeded. */
export async function unlessInterrupted<T>(work: Promise<T>, request: DeployRequest): Promise<T> {
  const { signal } = request;
  let stop = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  // Nobody may be left to hear of its failure.
  work.catch(() => undefined);
  try {
    await Promise.race([work, interrupted]);
    throwIfInterrupted(request);
    return await work;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function ownerOf(view: View): string {
  const owner = view.pending!.owner.find((line) => line.startsWith('owner '));
  return owner === undefined ? '' : `, ${owner.slice('owner '.length)}`;
}
