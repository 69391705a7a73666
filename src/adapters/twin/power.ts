import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Site } from './host-kind.ts';
import type { HostSpec } from './host-spec.ts';
import { plugIn } from './links.ts';
import { must, run, start, type Finished, type RunOptions, type Started } from './run.ts';

export interface Powered {
  /** Of its first process, as this machine counts. */
  readonly pid: string;
  readonly process: Started;
}

/**
 * Starts a host in its network namespace, and in mount and pid namespaces of its own within the keeper's.
 *
 * @param command prints its pid, as the machine counts, when it is ready; its descriptor 3 is the network of the host's pod
 */
export async function powerOn(
  spec: HostSpec,
  { keeper }: Site,
  command: readonly string[],
): Promise<Powered> {
  // The pod's links are made from the pod's side: the node's bridge takes them up as it boots.
  if (spec.pod) await must(['ip', '-n', spec.pod.namespace, '-batch', '-'], { stdin: spec.pod.links });
  // By descriptor, since the keeper's mount namespace does not see namespaces that are made after it.
  const pod = spec.pod && openSync(netns(spec.pod.namespace), 'r');
  try {
    const process = start(
      ['nsenter', '--target', keeper.pid, '--mount', '--pid', `--net=${netns(spec.namespace)}`].concat(
        ['unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child'],
        command,
      ),
      pod === undefined ? {} : { extraDescriptor: pod },
    );
    return { pid: await process.line(), process };
  } finally {
    if (pod !== undefined) closeSync(pod);
  }
}

/** Cuts the power and clears the kernel state: when it is on again, its network namespaces are as empty as after a reboot. */
export async function powerOff({ pid, process }: Powered, spec: HostSpec, site: Site): Promise<void> {
  process.kill();
  // The first process is only gone when every other one in its pid namespace is.
  while (existsSync(`/proc/${pid}`)) await setTimeout(2);
  await rewire(spec, site);
}

/** Runs a command in some of a process's namespaces, its pid namespace among them. */
export function runInside(
  { pid, namespaces }: { readonly pid: string; readonly namespaces: readonly string[] },
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return run(['nsenter', '--target', pid, '--pid', ...namespaces, '--', ...argv], options);
}

export function runInPod(pid: string, spec: HostSpec, argv: readonly string[], options?: RunOptions) {
  return runInside({ pid, namespaces: [`--net=${netns(spec.pod!.namespace)}`] }, argv, options);
}

async function rewire(spec: HostSpec, { switchNamespace }: Site): Promise<void> {
  const names = [spec.namespace, ...(spec.pod ? [spec.pod.namespace] : [])];
  const renewed = names.flatMap((name) => [`netns del ${name}\n`, `netns add ${name}\n`]);
  // The switch's end goes first: the kernel takes its time to clear a namespace away, and the port's name is needed at once.
  const cable = `link del ${spec.cable.port}\n`;
  await must(['ip', '-n', switchNamespace, '-batch', '-'], { stdin: cable });
  await must(['ip', '-batch', '-'], { stdin: renewed.join('') });
  await must(['ip', '-n', switchNamespace, '-batch', '-'], { stdin: plugIn(spec.cable) });
}

function netns(name: string): string {
  return `/run/netns/${name}`;
}
