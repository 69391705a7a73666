// Opens connections in every state that there is, closes them, says so, and has nothing more to do: that it then ends by itself is what
// ssh-calls.test.ts looks at. Usage: closing-process.ts ROUTE MUTE KEY SCRIPT, both routes as JSON; nobody ever answers on MUTE.
import { sshHosts } from '../../src/adapters/ssh/hosts.ts';
import type { Route } from '../../src/app/ports.ts';

const [route, mute] = process.argv.slice(2, 4).map((text): Route => JSON.parse(text));
const [key, script] = process.argv.slice(4);
const hosts = sshHosts({ identity: { keys: [{ text: key!, source: 'test' }] }, script: script! });
const call = { verb: 'hang', args: [], payload: '', timeoutMs: 60_000 };
const idle = await hosts.open(route!);
const busy = await hosts.open(route!);
await idle.call({ ...call, verb: 'echo' });
const ends = [hosts.open(mute!), busy.call(call)].map((work) =>
  work.then(
    () => 'well',
    () => 'fault',
  ),
);
await hosts.close();
process.stdout.write(`closed, ${(await Promise.all(ends)).join(' ')}\n`);
