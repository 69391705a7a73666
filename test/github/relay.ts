import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What runs within: everything that comes to the port goes to the socket. */
const INSIDE = `
const net = require('node:net');
const [port, path] = process.argv.slice(1);
net.createServer((near) => {
  const far = net.connect(path);
  for (const each of [near, far]) each.on('error', () => { near.destroy(); far.destroy(); });
  near.pipe(far).pipe(near);
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
`;

/**
 * Makes a server of this machine's loopback answer on the loopback of another network namespace, by a socket in the file system,
 * which namespaces of networks share. `within` is what to put before a command to run it there. Resolves to what ends it.
 */
export async function relayInto(within: readonly string[], url: string): Promise<() => void> {
  const { port } = new URL(url);
  const path = join(mkdtempSync(join(tmpdir(), 'kuiil-relay-')), 'socket');
  const outside = createServer((near) => coupled(near, connect(Number(port), '127.0.0.1')));
  await new Promise<void>((resolve) => outside.listen(path, resolve));
  const command = [...within, process.execPath, '-e', INSIDE, port, path];
  const inside = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    inside.stdout.once('data', () => resolve());
    inside.once('exit', (code) => reject(new Error(`the relay ended with ${code}`)));
  });
  return () => {
    inside.kill();
    outside.close();
  };
}

function coupled(near: Socket, far: Socket): void {
  for (const each of [near, far]) {
    each.on('error', () => {
      near.destroy();
      far.destroy();
    });
  }
  near.pipe(far).pipe(near);
}
