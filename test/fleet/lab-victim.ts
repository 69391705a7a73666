// Brings a lab up, says which, and waits to be killed. Started by lab.test.ts as a process of its own.
import { example } from '../examples.ts';
import { bringUpLab } from '../lab/lab.ts';

const lab = await bringUpLab(example('guide'));
process.stdout.write(`${lab.id}\n`);
setInterval(() => undefined, 1000);
