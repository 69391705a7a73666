import { existsSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';

/** The network namespaces of a twin, as the kernel numbers them. */
export function namespacesOf(id: string): readonly string[] {
  return named(id).map((name) => `net:[${statSync(`/run/netns/${name}`).ino}]`);
}

/** What is still there of a twin: its named namespaces, its directory, its mounts, and processes in its namespaces. */
export function traces(id: string, namespaces: readonly string[]): readonly string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(id));
  const processes = readdirSync('/proc').filter((pid) => {
    try {
      return /^[0-9]+$/.test(pid) && namespaces.includes(readlinkSync(`/proc/${pid}/ns/net`));
    } catch {
      return false;
    }
  });
  const directory = existsSync(`/run/kuiil-twin/${id}`) ? [`/run/kuiil-twin/${id}`] : [];
  return [...named(id), ...directory, ...mounts, ...processes.map((pid) => `process ${pid}`)];
}

function named(id: string): string[] {
  return existsSync('/run/netns')
    ? readdirSync('/run/netns').filter((name) => name.startsWith(`${id}.`))
    : [];
}
