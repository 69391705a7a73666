import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseAnswer, isAnswer, type Verb } from '../../src/remote/protocol.ts';
import { invoke } from '../../src/remote/invocation.ts';
import type { HostAnswer } from '../../src/core/model/answer.ts';
import { hostScript as script } from '../../src/remote/host-script.ts';

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** What a call answered; every call must end with `= end`. */
export interface Answered extends HostAnswer {
  readonly text: string;
  readonly did: readonly string[];
  readonly failed: string;
}

/**
 * A light host: a network namespace and a root of its own (the machine's as lower layer, a tmpfs above), with real
 * iptables, iproute2 and wireguard-go, without systemd. It ends with this process, however that ends.
 */
export class HostBox {
  readonly netns: string;
  readonly #process: ChildProcess;
  readonly #secrets: string[] = [];
  readonly #pid: string;

  private constructor(netns: string, process: ChildProcess, pid: string) {
    this.netns = netns;
    this.#process = process;
    this.#pid = pid;
  }

  static async boot(): Promise<HostBox> {
    const netns = `kxt${process.pid.toString(36)}-${(serial++).toString(36)}`;
    await must(['ip', 'netns', 'add', netns]);
    const child = spawn(
      'nsenter',
      [`--net=/run/netns/${netns}`, 'unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child'].concat([
        'bash',
        '-c',
        INIT,
      ]),
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => undefined)]);
    if (!first) throw new Error(`the box ${netns} did not start`);
    return new HostBox(netns, child, String(first[0]));
  }

  async destroy(): Promise<void> {
    const ended = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined;
    this.#process.kill('SIGKILL');
    await ended;
    await run(['ip', 'netns', 'del', this.netns]);
  }

  /** From now on no answer may hold this text. */
  guard(secret: string): void {
    this.#secrets.push(secret);
  }

  /** Runs a command inside, in a session of its own, so that a test may kill its whole process group. */
  run(argv: readonly string[], stdin = ''): Promise<Finished> {
    return run([...this.enter(), ...argv], stdin);
  }

  /** Runs shell text inside; throws unless it ends well; answers its output. */
  async sh(text: string, stdin = ''): Promise<string> {
    const { stdout, stderr, code } = await this.run(['bash', '-c', text], stdin);
    if (code !== 0) throw new Error(`${text}\nexit code ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  enter(): string[] {
    const inside = ['--mount', '--pid', '--uts', '--net', '--root', '--wd'];
    return [
      'nsenter',
      '--target',
      this.#pid,
      ...inside,
      '--',
      'env',
      '-i',
      `PATH=${PATH}`,
      'SHLVL=1',
      '/usr/bin/setsid',
      '--wait',
    ];
  }

  /** The remote command and its standard input, as they cross the wire. */
  wire(verb: string, args: readonly string[], payload: string): { argv: string[]; stdin: string } {
    const { command, stdin } = invoke({
      verb,
      args,
      payload,
      helper: { kind: 'sent', script },
      user: 'root',
    });
    return { argv: [...this.enter(), 'sh', '-c', command], stdin };
  }

  /** Calls kuiil-host; throws when the answer is cut or the exit code is not the answer's. */
  async call(verb: Verb, args: readonly string[], payload = ''): Promise<Answered> {
    const { argv, stdin } = this.wire(verb, args, payload);
    const answer = takeApart(verb, await run(argv, stdin));
    if (this.#secrets.some((secret) => answer.text.includes(secret)))
      throw new Error(`${verb} told a private key:\n${answer.text}`);
    return answer;
  }

  /** As `call`, but anything else than exit code 0 throws. */
  async demand(verb: Verb, args: readonly string[], payload = ''): Promise<Answered> {
    const answer = await this.call(verb, args, payload);
    if (answer.code !== 0) throw new Error(`${verb} ${args.join(' ')}\n${answer.text}`);
    return answer;
  }
}

export function takeApart(verb: Verb, { stdout, stderr, code }: Finished): Answered {
  const parsed = parseAnswer(verb, stdout);
  if (!isAnswer(parsed)) throw new Error(`${verb}: ${parsed.kind} (exit code ${code})\n${stdout}\n${stderr}`);
  if (parsed.code !== code || stderr !== '')
    throw new Error(`${verb}: ${parsed.code}, ${code}\n${stdout}\n${stderr}`);
  return {
    ...parsed,
    text: stdout,
    did: parsed.sections.get('did') ?? [],
    failed: (parsed.sections.get('failed') ?? []).join('\n'),
  };
}

/** A cable between two boxes. */
export async function cable(a: HostBox, aLink: string, b: HostBox, bLink: string): Promise<void> {
  await must(
    ['ip', '-n', a.netns, 'link', 'add', aLink, 'type', 'veth', 'peer', bLink].concat(['netns', b.netns]),
  );
  await must(['ip', '-n', a.netns, 'link', 'set', aLink, 'up']);
  await must(['ip', '-n', b.netns, 'link', 'set', bLink, 'up']);
}

/** Polls until the claim holds; throws after so many seconds. */
export async function until(claim: () => Promise<boolean>, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await claim())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function run(argv: readonly string[], stdin = ''): Promise<Finished> {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that does not read all of it is no failure of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { stdout, stderr, code };
}

async function must(argv: readonly string[]): Promise<void> {
  const { stderr, code } = await run(argv);
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
}

let serial = 0;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// The last line is the first process of the box: bash reaps what is orphaned, and ends with its standard input. The
// machine's own Kuiil, if it has one, is hidden.
const INIT = `set -eu
read -r pid _ </proc/self/stat
mount -t tmpfs kuiil-box /mnt
mkdir /mnt/{upper,work,root}
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
rm -rf var/lib/kuiil etc/kuiil etc/wireguard etc/sysctl.d/90-kuiil.conf
mkdir -m 0700 etc/wireguard
ip link set lo up
echo 0 >/proc/sys/net/ipv4/ip_forward
echo "$pid"
exec chroot . bash -c 'while read -r _; do :; done'`;
