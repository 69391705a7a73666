import { FaultError, type Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { demand } from '../call.ts';
import { outdatesSessions } from './handshakes.ts';
import { probesOf } from './probes.ts';
import { CALL_MS } from './request.ts';
import { faultOf } from './transaction.ts';
import type { View } from './view.ts';

/** By host, the probe lines that succeeded before anything was changed. */
export type Baseline = ReadonlyMap<HostName, ReadonlySet<string>>;

/** What is reached before the change, from hosts that were deployed to: the measure of what has to be reached after it. */
export async function baseline(views: readonly View[], topology: Topology): Promise<Baseline> {
  const settled = views.filter((view) => view.confirmed !== undefined);
  const reached = await Promise.all(
    settled.map(async (view): Promise<[HostName, ReadonlySet<string>]> => {
      const { required, kept } = probesOf(topology, view);
      return [view.host, await send(view, [...required, ...kept])];
    }),
  );
  return new Map(reached);
}

interface Verification {
  readonly topology: Topology;
  readonly before: Baseline;
  /** Absent where it does not take part. */
  readonly hub: View | undefined;
}

/**
 * Looks at the data plane from the hosts that changed: fresh handshakes where they could have broken, the hub through the tunnel, and
 * everything that was reached before and is still declared. Throws the first fault, by host.
 */
export async function verify(views: readonly View[], verification: Verification): Promise<void> {
  const faults = await Promise.all(views.map((view) => verifyHost(view, verification)));
  const failed = faults.find((fault) => fault !== undefined);
  if (failed) throw new FaultError(failed);
}

async function verifyHost(view: View, { topology, before, hub }: Verification): Promise<Fault | undefined> {
  const { handshakes, required, kept } = probesOf(topology, view);
  const reached = before.get(view.host) ?? new Set();
  const isOutdated = outdatesSessions(view, hub) || required.some((line) => !reached.has(line));
  const expected = [
    ...(isOutdated ? handshakes : []),
    ...required,
    ...kept.filter((line) => reached.has(line)),
  ];
  let answered: ReadonlySet<string> = new Set();
  const fault = await faultOf(sendTwice(view, expected).then((lines) => (answered = lines)));
  if (fault) return fault;
  const missing = expected.find((line) => !answered.has(line));
  return missing === undefined ? undefined : notVerified(view, missing, reached.has(missing));
}

/** What does not answer at once is asked once more: on a busy fleet a packet may take longer than a probe waits. */
async function sendTwice(view: View, lines: readonly string[]): Promise<ReadonlySet<string>> {
  const answered = await send(view, lines);
  const silent = lines.filter((line) => !answered.has(line));
  return new Set([...answered, ...(await send(view, silent))]);
}

/** The lines of those probes that succeeded. */
async function send(view: View, lines: readonly string[]): Promise<ReadonlySet<string>> {
  if (lines.length === 0) return new Set();
  const answer = await demand(view.session, {
    verb: 'probe',
    args: [view.desired.interfaceName],
    payload: `${lines.join('\n')}\n`,
    timeoutMs: CALL_MS.probe,
  });
  const answered = new Set(answer.sections.get('probes') ?? []);
  return new Set(lines.filter((line) => answered.has(`${line} ok`)));
}

function notVerified({ host }: View, probe: string, wasReached: boolean): Fault {
  return {
    code: 'host/not-verified',
    host,
    step: 'verify',
    command: probe,
    cause: causeOf(probe, wasReached),
    stateNow: 'not confirmed',
  };
}

function causeOf(probe: string, wasReached: boolean): string {
  const [kind, target, more] = probe.split(' ');
  switch (kind) {
    case 'handshake':
      return `no new WireGuard handshake with the peer ${target}: its key, its endpoint or its UDP port is wrong or closed`;
    case 'ping-df':
      return `packets of ${more} bytes to ${target} no longer pass through the tunnel: its MTU is too large for the path`;
    case 'tcp':
      return `TCP to ${target} gets no answer any more (port ${more}), and did before`;
    default:
      return wasReached
        ? `${target} no longer answers, and did before`
        : `the hub's tunnel address ${target} does not answer through the new configuration`;
  }
}
