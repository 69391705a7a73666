import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';

// Perl is in every Debian; node accepts whatever comes.
const LISTEN = `use Socket; $| = 1;
socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(0, INADDR_LOOPBACK)); listen(S, 0);
print +(sockaddr_in(getsockname(S)))[0], "\\n"; sleep 60;`;

/** A port whose queue is full: to the next who connects the kernel says nothing, as a host that is down does. */
export class Unanswered {
  readonly port: number;
  readonly #listener: ChildProcess;
  readonly #queue: Socket[];

  private constructor(port: number, listener: ChildProcess) {
    this.port = port;
    this.#listener = listener;
    this.#queue = [0, 1, 2].map(() => connect(port, '127.0.0.1').on('error', () => {}));
  }

  static async start(): Promise<Unanswered> {
    const listener = spawn('perl', ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise((resolve) => listener.stdout.once('data', resolve));
    const unanswered = new Unanswered(Number(String(line)), listener);
    await new Promise((resolve) => unanswered.#queue[0]!.once('connect', resolve));
    return unanswered;
  }

  stop(): void {
    for (const socket of this.#queue) socket.destroy();
    this.#listener.kill();
  }
}
