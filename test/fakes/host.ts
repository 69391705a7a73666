import { wgShow } from './snapshot.ts';
import { observeRelease, type ObservedRelease } from '../../src/core/observe/release.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { sha256 } from '../../src/app/digest.ts';

interface Pending {
  readonly id: string;
  readonly digest: string;
  readonly phase: string;
  /** In milliseconds of the world's clock. */
  readonly deadline: number;
  readonly owner: readonly string[];
}

/** What a host asks of the world that it is in. */
export interface Surroundings {
  now(): number;
  /** What the hub knows of a transaction; undefined: no answer. */
  askHub(transaction: string): 'confirmed' | 'pending' | 'other' | undefined;
}

/** One verb's exit code and sections. */
export interface Said {
  readonly code: number;
  readonly lines?: readonly string[];
}

/** A host as docs/host.md describes it, in memory. What that page does not allow is an error of the caller's, and throws. */
export class FakeHost {
  readonly name: HostName;
  readonly #around: Surroundings;
  readonly #releases = new Map<string, string>();
  readonly #publicKey: string;
  #pending: Pending | undefined;
  /** A transaction that it went back from without word from the hub. */
  #question: Pending | undefined;
  #decided: string | undefined;
  #fleet: readonly string[] = [];
  /** What became of transactions, and who was on what after them, as snapshots say it. */
  readonly #books: string[] = [];
  readonly #fleets: string[] = [];
  /** Why it is frozen, as payload lines. */
  #freeze: readonly string[] | undefined;
  /** Digest of what it boots into. */
  current: string | undefined;
  /** Digest of what its kernel holds. */
  kernel: string | undefined;

  constructor(name: HostName, publicKey: string, around: Surroundings) {
    this.name = name;
    this.#publicKey = publicKey;
    this.#around = around;
  }

  get pending(): string | undefined {
    return this.#pending?.id;
  }

  /** When it will next do something by itself. */
  get alarm(): number {
    return this.#pending?.deadline ?? (this.#question ? this.#around.now() + 10_000 : Infinity);
  }

  /** As after an earlier deployment. */
  settle(release: string): void {
    this.current = sha256(release);
    this.kernel = this.current;
    this.#releases.set(this.current, release);
  }

  /** What the hub remembers of who is on what. */
  remember(fleet: string): void {
    this.#fleet = lines(fleet);
  }

  call(verb: string, args: readonly string[], payload: string): Said {
    switch (verb) {
      case 'snapshot':
        return { code: 0, lines: this.#snapshot() };
      case 'stage':
        return this.#stage(only(args, 1)[0]!, payload);
      case 'activate':
        return this.#activate(only(args, 4), payload);
      case 'probe':
        return { code: 0, lines: ['= probes', ...lines(payload).map((line) => `${line} ok`)] };
      case 'confirm':
        return this.#confirm(only(args, 4), payload);
      case 'revert':
        return this.#revert(only(args, 1)[0]!);
      case 'release': {
        const text = this.#releases.get(only(args, 1)[0]!);
        return text === undefined ? { code: 4 } : { code: 0, lines: ['= release', ...lines(text)] };
      }
      case 'freeze':
        this.#freeze ??= lines(payload);
        return { code: 0, lines: ['= freeze', ...this.#freeze] };
      case 'unfreeze':
        this.#freeze = undefined;
        return { code: 0 };
      default:
        throw new Error(`${verb} is no verb of kuiil-host`);
    }
  }

  /** What was not confirmed is gone; whom to ask about it is not. */
  reboot(): void {
    if (this.#pending && this.#pending.id !== this.#decided && hasHub(this.#pending))
      this.#question = this.#pending;
    this.#undo();
  }

  /** What its undo timer and the minute timer do. */
  tick(): void {
    const around = this.#around;
    if (this.#pending && around.now() >= this.#pending.deadline) this.#overdue(this.#pending);
    else if (this.#question && around.askHub(this.#question.id) === 'confirmed') this.#commit(this.#question);
  }

  knows(transaction: string): 'confirmed' | 'pending' | 'other' {
    if (this.#decided === transaction) return 'confirmed';
    return this.#pending?.id === transaction ? 'pending' : 'other';
  }

  #overdue(pending: Pending): void {
    const answer = hasHub(pending) ? this.#around.askHub(pending.id) : 'other';
    if (answer === 'confirmed') this.#commit(pending);
    else if (answer === 'pending') this.#pending = { ...pending, deadline: this.#around.now() + 2000 };
    else {
      this.#undo();
      if (answer === undefined) this.#question = pending;
    }
  }

  #stage(digest: string, payload: string): Said {
    if (sha256(payload) !== digest) return { code: 4 };
    this.#releases.set(digest, payload);
    return { code: 0 };
  }

  #activate([id, digest, seconds, phase]: readonly string[], payload: string): Said {
    if (!['expand', 'switch', 'whole'].includes(phase!)) throw new Error(`${phase} is no phase`);
    if (this.#pending && this.#pending.id !== id)
      return { code: 3, lines: ['= owner', ...this.#pending.owner] };
    const heals = lines(payload).includes('heal yes');
    if (this.#freeze && !this.#pending && !heals)
      return { code: 3, lines: ['= failed', 'step activate', 'cause deployments are frozen'] };
    if (!this.#releases.has(digest!)) return { code: 4 };
    const deadline = this.#pending?.deadline ?? this.#around.now() + Number(seconds) * 1000;
    this.#pending = { id: id!, digest: digest!, phase: phase!, deadline, owner: lines(payload) };
    this.#question = undefined;
    this.kernel = digest!;
    return { code: 0 };
  }

  #confirm([id, digest, , word]: readonly string[], payload: string): Said {
    if (!['keep', 'contract', 'settled'].includes(word!)) throw new Error(`confirm … ${word} is no call`);
    if (this.#pending) {
      if (this.#pending.id !== id) return { code: 3 };
      if (this.#pending.digest !== digest || this.#around.now() >= this.#pending.deadline) return { code: 4 };
      const word = (name: string) =>
        this.#pending?.owner.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
      this.#books.push(`1 confirmed ${id} ${digest} ${word('commit') ?? '-'} ${word('owner') ?? ''}`);
      this.#fleets.push(...lines(payload).map((line) => `${id} ${line}`));
      this.#commit(this.#pending);
      this.#fleet = lines(payload);
      return { code: 0 };
    }
    return { code: this.current === digest && this.#decided === id ? 0 : 4 };
  }

  #revert(id: string): Said {
    if (this.#pending && this.#pending.id !== id) return { code: 3 };
    if (this.#decided === id) return { code: 4 };
    this.#question = undefined;
    if (this.#pending) this.#undo();
    return { code: 0 };
  }

  #commit({ id, digest }: Pending): void {
    this.current = digest;
    this.kernel = digest;
    this.#decided = id;
    this.#pending = undefined;
    this.#question = undefined;
  }

  #undo(): void {
    this.kernel = this.current;
    this.#pending = undefined;
  }

  #snapshot(): string[] {
    const pending = this.#pending;
    return [
      '= host',
      'script 1',
      `uptime ${Math.floor(this.#around.now() / 1000)}`,
      `time ${Math.floor(this.#around.now() / 1000)}`,
      'systemd no',
      `current ${this.current ?? '-'}`,
      `active ${pending?.digest ?? '-'}`,
      ...(pending
        ? [`transaction ${pending.id} ${pending.digest} ${pending.deadline} ${pending.phase}`]
        : []),
      ...(pending ? ['= owner', ...pending.owner] : []),
      ...(this.kernel === undefined ? [] : kernelLines(this.#contents(this.kernel), this.#publicKey)),
      ...(this.#decided === undefined ? [] : ['= decision', `transaction ${this.#decided}`]),
      ...(this.#fleet.length > 0 ? ['= fleet', ...this.#fleet] : []),
      ...(this.#freeze ? ['= freeze', ...this.#freeze] : []),
      '= books',
      ...this.#books,
      '= fleets',
      ...this.#fleets,
    ];
  }

  #contents(digest: string): ObservedRelease {
    const { value } = observeRelease(this.#releases.get(digest)!);
    if (!value) throw new Error(`${this.name} holds what is no release`);
    return value;
  }
}

function hasHub({ owner }: Pending): boolean {
  return owner.some((line) => line.startsWith('hub '));
}

/** The state as the tools print it: enough of it for a settled host to count as settled. */
function kernelLines({ state, files }: ObservedRelease, publicKey: string): string[] {
  const { wireguard, forwarding, routes } = state;
  return [
    ...(wireguard ? ['= wg', ...wgShow({ ...wireguard, publicKey }, 'wg0')] : []),
    '= ip.ours',
    ...(wireguard
      ? [
          ...wireguard.addresses.map(({ text }) => `5: wg0    inet ${text}/32 scope global wg0`),
          `5: wg0: <UP> mtu ${wireguard.mtu} qdisc`,
        ]
      : []),
    ...routes.flatMap(({ via, destinations }) =>
      destinations.map(({ text }) => `${text} ${via ? `via ${via.text} dev eth0` : 'dev wg0'}`),
    ),
    '= rules4',
    // The file spells its rules as iptables-save does, and its jumps are inserted at the top.
    ...lines(files.find(({ path }) => path.endsWith('/iptables.rules'))?.text ?? ''),
    '= sysctl',
    ...(forwarding.includes(4) ? ['net.ipv4.ip_forward 1'] : []),
  ];
}

function only(args: readonly string[], count: number): readonly string[] {
  if (args.length !== count) throw new Error(`${args.length} arguments, not ${count}: ${args.join(' ')}`);
  return args;
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
