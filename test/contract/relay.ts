import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay before a server, that can do what networks and overloaded servers do. */
export class Relay {
  /** So many of the next connections are closed as soon as they come, as sshd does under MaxStartups. */
  turnAway = 0;
  /** Connections are taken and then nothing happens. */
  mute = false;
  /** Connections that came, those turned away included. */
  connections = 0;
  /** Bytes that the clients sent. */
  received = 0;
  readonly #server: Server;
  readonly #muted = new Set<Socket>();
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(target: number) {
    this.#server = createServer((client) => this.#accept(client, target));
  }

  static async before(target: number): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Ends every connection, as a reboot does. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    for (const socket of this.#muted) socket.destroy();
  }

  /** From now on nothing passes, and nobody is told. */
  swallow(): void {
    for (const [client, server] of this.#pairs) {
      client.unpipe(server).resume();
      server.unpipe(client).resume();
    }
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket, target: number): void {
    this.connections++;
    client.on('error', () => {});
    client.on('data', (chunk: Buffer) => (this.received += chunk.length));
    if (this.mute) {
      this.#muted.add(client);
      return;
    }
    if (this.turnAway > 0) {
      this.turnAway--;
      client.end('Exceeded MaxStartups\r\n');
      return;
    }
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    server.on('error', () => {});
    client.setNoDelay().pipe(server).pipe(client);
    client.on('close', () => server.destroy());
    server.on('close', () => {
      client.destroy();
      this.#pairs.delete(pair);
    });
  }
}
