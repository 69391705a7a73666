import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run, twinFault } from './run.ts';

const REGISTRY = '/run/kuiil-twin';
const NAMESPACES = '/run/netns';
const OWNER = 'owner';
const END_MS = 15_000;

/** The directory that says whose a twin is; its `fs` is where the twin mounts its files, seen by the twin alone. */
export function registryDirectory(id: string): string {
  return join(REGISTRY, id);
}

/**
 * Takes a name for a new twin. From here on everything of it can be found and cleared by anybody, because every
 * namespace is called `ID.…` and the registry tells whether the process that made it still runs.
 */
export function claimId(): string {
  mkdirSync(REGISTRY, { recursive: true, mode: 0o700 });
  // The directory appears with its owner in it, or not at all: one without would look like a dead run's.
  const draft = mkdtempSync(join(REGISTRY, '.new-'));
  mkdirSync(join(draft, 'fs'));
  writeFileSync(join(draft, OWNER), `${identify('self')}\n`);
  const id = `kt${process.pid.toString(36)}${draft
    .slice(-6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '0')}`;
  renameSync(draft, registryDirectory(id));
  return id;
}

/** Clears what killed runs have left. Returns their ids. The twins of processes that run are left alone. */
export async function clearLeftovers(): Promise<readonly string[]> {
  const ids = entries(REGISTRY).filter((id) => id.startsWith('kt') && !isOwned(id));
  for (const id of ids) await clear(id);
  return ids;
}

/** Removes every trace of a twin whose own processes have ended: strangers in its namespaces, these, its directory. */
export async function clear(id: string): Promise<void> {
  const names = entries(NAMESPACES).filter((name) => name.startsWith(`${id}.`));
  await endInside(new Set(names.map(kernelName)));
  await run(['ip', '-force', '-batch', '-'], { stdin: names.map((name) => `netns del ${name}\n`).join('') });
  rmSync(registryDirectory(id), { recursive: true, force: true });
}

function isOwned(id: string): boolean {
  try {
    const owner = readFileSync(join(registryDirectory(id), OWNER), 'utf8').trim();
    return owner === identify(owner.split(' ')[0]!);
  } catch {
    return false;
  }
}

/** A process, told apart from a later one with the same number: by its start, and by the boot and pid namespace. */
function identify(pid: string): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command, in parentheses, may hold spaces; the start time is the 20th field after it (proc(5), field 22).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A killed process that its parent has not looked after yet runs no more.
  const started = fields[0] === 'Z' ? 'ended' : fields[19];
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${stat.split(' ')[0]} ${started} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

/** Ends the processes in these namespaces; those of a killed run may be ending already, and take their time on a busy machine. */
async function endInside(namespaces: ReadonlySet<string>): Promise<void> {
  const until = performance.now() + END_MS;
  for (let inside = processesIn(namespaces); inside.length > 0; inside = processesIn(namespaces)) {
    if (performance.now() > until) throw twinFault(`processes do not end: ${inside.join(', ')}`, {});
    for (const pid of inside) kill(pid);
    await setTimeout(10);
  }
}

function processesIn(namespaces: ReadonlySet<string>): readonly number[] {
  return entries('/proc')
    .filter((name) => /^[0-9]+$/.test(name) && namespaces.has(networkOf(name)))
    .map(Number);
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** As `/proc/PID/ns/net` shows it; of a namespace that somebody else has just cleared, a name that nothing has. */
function kernelName(name: string): string {
  return `net:[${statSync(join(NAMESPACES, name), { throwIfNoEntry: false })?.ino ?? 0}]`;
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
