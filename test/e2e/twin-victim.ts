// Brings a twin up, says which, and waits to be killed. Started by twin.test.ts as a process of its own.
import { example, up } from './twin-example.ts';

const twin = await up(example('guide'));
process.stdout.write(`${twin.id}\n`);
setInterval(() => undefined, 1000);
