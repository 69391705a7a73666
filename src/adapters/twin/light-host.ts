import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ANSWER_SCRIPT } from './answer.ts';
import type { HostSpec } from './host-spec.ts';
import type { Keeper } from './keeper.ts';
import lightHostScript from './light-host.sh';
import { plugIn } from './links.ts';
import { BASH, must, run, start, type Finished, type RunOptions, type Started } from './run.ts';

export interface LightHost {
  readonly spec: HostSpec;
  /** Runs a command in the host's namespaces and root. */
  exec(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs a command beside the host's processes, so that it ends with them, but in its pod's network and the machine's root. */
  execInPod(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Ends all its processes and its kernel state and boots it again from its disk. */
  reboot(): Promise<void>;
}

export interface Site {
  readonly keeper: Keeper;
  /** The namespace of the switch that the host is plugged into. */
  readonly switchNamespace: string;
}

/** Boots a host whose namespaces are there, wired and empty. Resolves when its sshd listens. */
export async function bootLightHost(spec: HostSpec, site: Site): Promise<LightHost> {
  const below = join('hosts', spec.namespace);
  site.keeper.write(below, spec.boot);
  site.keeper.write(join(below, 'upper'), spec.disk);
  let booted = await boot(spec, site);
  return {
    spec,
    exec: (argv, options) =>
      run([...enter(booted.pid, ['--mount', '--uts', '--net', '--root', '--wd']), ...argv], {
        ...options,
        env: { HOME: '/root' },
      }),
    execInPod: (argv, options) =>
      run([...enter(booted.pid, [`--net=${netns(spec.pod!.namespace)}`]), ...argv], options),
    async reboot() {
      await end(booted);
      await rewire(spec, site);
      booted = await boot(spec, site);
    },
  };
}

interface Booted {
  /** Of its first process, as this machine counts. */
  readonly pid: string;
  readonly process: Started;
}

async function boot(spec: HostSpec, { keeper }: Site): Promise<Booted> {
  // The pod's links are made from the pod's side: the node's bridge takes them up as it boots.
  if (spec.pod) await must(['ip', '-n', spec.pod.namespace, '-batch', '-'], { stdin: spec.pod.links });
  // By descriptor, since the keeper's mount namespace does not see namespaces that are made after it.
  const pod = spec.pod && openSync(netns(spec.pod.namespace), 'r');
  try {
    const process = start(
      ['nsenter', '--target', keeper.pid, '--mount', '--pid', `--net=${netns(spec.namespace)}`].concat(
        ['unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child'],
        [...BASH, lightHostScript, 'light-host', keeper.directory],
        [join(keeper.directory, 'hosts', spec.namespace), spec.host, ANSWER_SCRIPT],
      ),
      pod === undefined ? {} : { extraDescriptor: pod },
    );
    return { pid: await process.line(), process };
  } finally {
    if (pod !== undefined) closeSync(pod);
  }
}

/** Cuts the power. The first process is only gone when every other one in its pid namespace is. */
async function end({ pid, process }: Booted): Promise<void> {
  process.kill();
  while (existsSync(`/proc/${pid}`)) await setTimeout(2);
}

/** New network namespaces in the place of the old ones, as empty as after a reboot. */
async function rewire(spec: HostSpec, { switchNamespace }: Site): Promise<void> {
  const names = [spec.namespace, ...(spec.pod ? [spec.pod.namespace] : [])];
  const renewed = names.flatMap((name) => [`netns del ${name}\n`, `netns add ${name}\n`]);
  // The switch's end goes first: the kernel takes its time to clear a namespace away, and the port's name is needed at once.
  const cable = `link del ${spec.cable.port}\n`;
  await must(['ip', '-n', switchNamespace, '-batch', '-'], { stdin: cable });
  await must(['ip', '-batch', '-'], { stdin: renewed.join('') });
  await must(['ip', '-n', switchNamespace, '-batch', '-'], { stdin: plugIn(spec.cable) });
}

function enter(pid: string, namespaces: readonly string[]): string[] {
  return ['nsenter', '--target', pid, '--pid', ...namespaces, '--'];
}

function netns(name: string): string {
  return `/run/netns/${name}`;
}
