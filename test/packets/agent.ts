import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Address } from '../../src/core/model/address.ts';
import type { HostName } from '../../src/core/model/name.ts';

/** One question: does an end in this network namespace reach the address, and is it `to` that answers? */
export interface Question {
  readonly namespace: string;
  readonly address: Address;
  /** 0 is a ping. */
  readonly port: number;
  /** Bytes: of the line that is sent and answered, or of a ping's whole packet. */
  readonly size: number;
  readonly to: HostName;
}

/** The address that the answerer took the asker for; absent after a ping. */
export interface Heard {
  readonly seenAs?: string;
}

export interface Patience {
  /** How long each question may wait for its answer. */
  readonly seconds: number;
  /** How many may be open at once: WireGuard in user space drops what comes faster than a busy machine encrypts it. */
  readonly window: number;
}

/** The one process that sends and answers all packets of a network. */
export class Agent {
  readonly #process = spawn('perl', [resolve('test/packets/agent.pl')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  readonly #lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  #complaint = '';

  constructor() {
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    this.#process.stdin.on('error', () => undefined);
  }

  serve(namespace: string, name: HostName, port: number): void {
    this.#process.stdin.write(`serve ${namespace} ${name} ${port}\n`);
  }

  /** Asks everything. Only what was answered is in the result. */
  async ask(
    questions: readonly Question[],
    { seconds, window }: Patience,
  ): Promise<ReadonlyMap<Question, Heard>> {
    const lines = questions.map(
      ({ namespace, address, port, size, to }, i) =>
        `ask ${i} ${namespace} ${address.family} ${address.text} ${port} ${size} ${to}\n`,
    );
    this.#process.stdin.write(`${lines.join('')}go ${seconds} ${window}\n`);
    const heard = new Map<Question, Heard>();
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`the agent ended: ${this.#complaint}`);
      const line = value;
      if (line === 'end') return heard;
      const [id, seenAs] = line.split(' ');
      heard.set(questions[Number(id)]!, seenAs === undefined || seenAs === '-' ? {} : { seenAs });
    }
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    this.#process.kill('SIGKILL');
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, 'exit');
  }
}
