import type { Fault } from '../../core/model/fault.ts';
import { compareHosts, type HostName } from '../../core/model/name.ts';
import type { Deployment, DeploymentOutcome, HostOutcome, HostResult } from '../../core/model/outcome.ts';
import type { DeployPorts } from './request.ts';
import type { Desired } from './desired.ts';

/** Keeps what is true on each host while a deployment runs, and how long each phase took. */
export class Ledger {
  readonly #results = new Map<HostName, HostResult>();
  readonly #phases = new Map<string, number>();
  readonly #desired: ReadonlyMap<HostName, Desired>;
  readonly #release: string;
  readonly #ports: DeployPorts;
  #plan: Deployment['plan'];
  #freeze: Deployment['freeze'];

  constructor(desired: ReadonlyMap<HostName, Desired>, release: string, ports: DeployPorts) {
    this.#desired = desired;
    this.#release = release;
    this.#ports = ports;
  }

  async phase<T>(name: string, run: () => Promise<T>): Promise<T> {
    const from = this.#ports.clock.now();
    this.#ports.progress.step(name);
    try {
      return await run();
    } finally {
      this.#phases.set(name, this.#ports.clock.now() - from);
    }
  }

  set(host: HostName, outcome: HostOutcome, fault?: Fault, did: readonly string[] = []): void {
    const onRelease = outcome === 'confirmed' || outcome === 'unchanged';
    this.#results.set(host, {
      outcome,
      ...(onRelease ? { release: this.#desired.get(host)!.release.digest } : {}),
      ...(fault ? { fault } : {}),
      did,
    });
  }

  /** What the deployment turned out to be, seen from what the hosts hold. */
  judge(plan: NonNullable<Deployment['plan']>): void {
    this.#plan = plan;
  }

  /** The freeze that lies on the hub, and whether this deployment lifted it. */
  meet(freeze: NonNullable<Deployment['freeze']>): void {
    this.#freeze = freeze;
  }

  isAwaited(host: HostName): boolean {
    return this.#results.get(host)?.outcome === 'awaited';
  }

  unreachable(faults: ReadonlyMap<HostName, Fault>): Deployment {
    for (const [host, fault] of faults) this.set(host, 'unreachable', fault);
    return this.end('unreachable', [...faults.values()]);
  }

  /** Closes the books. Hosts that nothing was said about are as they were. */
  end(outcome: DeploymentOutcome, faults: readonly Fault[] = []): Deployment {
    const settled =
      outcome === 'unchanged' || outcome === 'confirmed' || outcome === 'incomplete' || outcome === 'planned';
    for (const host of this.#desired.keys()) {
      if (!this.#results.has(host)) this.set(host, settled ? 'unchanged' : 'untouched');
    }
    const names = [...this.#results.keys()].toSorted(compareHosts);
    const hosts = new Map(names.map((host) => [host, this.#results.get(host)!]));
    const plan = this.#plan ? { plan: this.#plan } : {};
    const freeze = this.#freeze ? { freeze: this.#freeze } : {};
    return { outcome, release: this.#release, ...plan, ...freeze, faults, hosts, phases: this.#phases };
  }
}
