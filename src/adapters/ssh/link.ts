import type { Duplex, Readable } from 'node:stream';
import type { HostName } from '../../core/model/name.ts';
import type { Client } from './library.ts';

/** An authenticated connection. */
export interface Link {
  readonly host: HostName;
  /** False once either side has ended it. */
  readonly alive: boolean;
  /** Why it ended, where the other side or the network said so. */
  readonly said: string | undefined;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  /** Starts a command. On a dead network no answer ever comes, so the caller keeps the time. */
  exec(command: string): Promise<CommandChannel>;
  /** Opens a TCP connection from the host to somewhere else. */
  forward(address: string, port: number): Promise<Duplex>;
  end(): void;
  destroy(): void;
}

/** Standard input and output of a remote command; emits `exit` (code or null, signal) and then `close`. */
export interface CommandChannel extends Duplex {
  readonly stderr: Readable;
  close(): void;
}

/** Puts the library's callbacks behind promises. To be called before the client's first event. */
export function linkOver(client: Client, host: HostName, sock: Duplex): Link {
  let said: string | undefined;
  let alive = true;
  // Many channels open at once each listen; and an error without a listener ends the process.
  client.setMaxListeners(0);
  client.on('error', (error: Error) => (said ??= error.message));
  client.on('end', () => (alive = false));
  const gone = new Promise<void>((resolve) => {
    client.on('close', () => {
      alive = false;
      resolve();
    });
  });
  return {
    host,
    gone,
    get alive() {
      return alive;
    },
    get said() {
      return said;
    },
    exec: (command) => promised((done) => client.exec(command, done)),
    forward: (address, port) => promised((done) => client.forwardOut('127.0.0.1', 0, address, port, done)),
    end() {
      alive = false;
      client.end();
      // Once our goodbye is out there is nothing to wait for; sshd takes its time to tidy up.
      sock.once('finish', () => sock.destroy());
    },
    destroy() {
      alive = false;
      sock.destroy();
    },
  };
}

type Done<T> = (error: Error | undefined, value: T) => void;

function promised<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}
