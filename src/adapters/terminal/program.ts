import { Command, CommanderError, Option } from './commander.ts';
import { withKnownHosts } from '../../app/known-hosts.ts';
import { FaultError } from '../../core/model/fault.ts';
import type { Topology } from '../../core/model/topology.ts';
import { faultLines } from '../../core/report/deployment.ts';
import { visible } from '../../core/report/escape.ts';
import { deployed, removed, shown } from './commands/hosts.ts';
import { initialized, type InitOptions } from './commands/init.ts';
import { rotated } from './commands/rotate.ts';
import { proved, traced } from './commands/proof.ts';
import { rehearsed } from './commands/rehearse.ts';
import { dealt } from './commands/sites.ts';
import { graph, planned, renderFiles } from './commands/topology.ts';
import { load, loadBase } from './load.ts';
import { FORMATS, parseCount, parseHosts, parseSeconds, UsageError, type Format } from './options.ts';
import { paint } from './paint.ts';
import { diagnosed, print } from './result.ts';
import { joiningVerbs } from './joining-verbs.ts';
import { also, type OnHosts, restoringVerbs } from './restoring-verbs.ts';
import type { Done, Handle, Verbs } from './verbs.ts';
import type { Login, World } from './world.ts';

/** Runs the command line; resolves to its exit code. `argv` is without the program's own name. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  let exit = 0;
  const program = commands(world, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    return report(error, world);
  }
}

function report(error: unknown, world: World): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    world.stderr.write(`kuiil: ${visible(error.message)}\n`);
    return 2;
  }
  if (error instanceof FaultError) {
    world.stderr.write(`${faultLines(error.fault, paint(world.stderr)).join('\n')}\n`);
    return error.fault.code.startsWith('ssh/') && error.fault.code !== 'ssh/no-identity' ? 4 : 1;
  }
  throw error;
}

function commands(world: World, done: (exit: number) => void): Command {
  const program = new Command('kuiil')
    .description(
      'Connects private Kubernetes clusters through one public WireGuard hub, from one topology.yaml.',
    )
    .version(world.version, '--version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      // What was misunderstood is repeated in it. The suggestion stands on a line of its own.
      outputError: (text, write) => {
        const [message, suggestion] = text.trimEnd().split(/\n(?=\(Did you mean )/);
        write(`${[message!, ...(suggestion ? [suggestion] : [])].map((line) => visible(line)).join('\n')}\n`);
      },
    });
  /** A verb that needs a valid topology: what is wrong with it goes to standard error, and ends it. */
  const withTopology = async (command: Command, handle: Handle): Promise<void> => {
    const { file, format } = command.opts<{ file: string; format: Format }>();
    const loaded = await load(world, file);
    const findings = diagnosed(world, loaded.checked);
    if (loaded.checked.value === undefined) {
      if (format === 'json') print(world, format, findings);
      else world.stderr.write(`${findings.text()}\n`);
      return done(1);
    }
    if (loaded.checked.diagnostics.length > 0) world.stderr.write(`${findings.text()}\n`);
    const result = await handle(loaded.checked.value, loaded);
    print(world, format, result);
    done(result.exit);
  };
  const verb = (name: string, description: string, example: string): Command =>
    program
      .command(name)
      .description(description)
      .option('-f, --file <file>', 'the topology', 'topology.yaml')
      .addOption(
        new Option('--format <format>', 'how the result is printed').choices([...FORMATS]).default('text'),
      )
      .addHelpText('after', `\nExample:\n  $ kuiil ${example}`);

  initVerb(program, { world, done });
  topologyVerbs({ verb, withTopology, world, done });
  hostVerbs({ verb, withTopology, world });
  joiningVerbs({ verb, withTopology, world, done });
  return program;
}

function initVerb(program: Command, { world, done }: Pick<Verbs, 'world'> & Done): void {
  program
    .command('init')
    .description('Begin: write a topology and the workflows, and say what is left to do. Overwrites nothing.')
    .option('--branch <name>', 'the default branch of the repository', 'main')
    .option('--pin <commit>', 'the commit of the Action; left out: the release of this version')
    .option(
      '--kubeconfig <name=file>',
      'a live cluster, which tells its nodes and ranges; may be repeated',
      also,
      [],
    )
    .option('--hub <user@host>', 'with --kubeconfig: the hub, as the clusters can dial it')
    .option('--name <network>', 'with --kubeconfig: what the network is called', 'homelab')
    .addOption(
      new Option('--format <format>', 'how the result is printed').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', '\nExample:\n  $ kuiil init --branch main')
    .action(async ({ format, ...options }: InitOptions & { format: Format }) => {
      const result = await initialized(world, options);
      print(world, format, result);
      done(result.exit);
    });
}

function topologyVerbs({ verb, withTopology, world, done }: Verbs & Done): void {
  verb(
    'validate',
    'Say what is wrong with the topology, all of it, with lines.',
    'validate -f topology.yaml',
  ).action(async (options: { file: string; format: Format }) => {
    const result = diagnosed(world, (await load(world, options.file)).checked);
    print(world, options.format, result);
    done(result.exit);
  });
  verb('render', 'Write the files of every host.', 'render --out rendered --host cluster1/c1-master')
    .option('--out <dir>', 'write DIR/HOST/PATH instead of printing')
    .option('--host <host>', 'only this host')
    .action((options: { out?: string; host?: string }, command: Command) =>
      withTopology(command, (topology) => {
        const host = options.host === undefined ? undefined : parseHosts(options.host)[0]!;
        return renderFiles(world, topology, {
          ...(options.out === undefined ? {} : { out: options.out }),
          ...(host === undefined ? {} : { host }),
        });
      }),
    );
  verb('plan', 'Say what changes on which host, and what it interrupts.', 'plan --base main/topology.yaml')
    .option('--base <file>', 'the topology to come from; left out: everything is new')
    .option('--exit-code', 'exit with 3 when something changes')
    .action((options: { base?: string; exitCode?: boolean }, command: Command) =>
      withTopology(command, async (topology, { checked }) => {
        const base = options.base === undefined ? undefined : await loadBase(world, options.base);
        return planned(world, base?.topology, { ...checked, value: topology }, options.exitCode === true);
      }),
    );
  verb('prove', 'Prove who reaches whom, and say why not.', 'prove').action((_: unknown, command: Command) =>
    withTopology(command, (topology, { checked }) => proved(world, topology, checked.locate)),
  );
  verb(
    'trace',
    'Follow one packet from host to host, and its answer back.',
    'trace cluster1/pods cluster2/services:443',
  )
    .argument('<src>', 'hub, CLUSTER/NODE, CLUSTER/pods, CLUSTER/RANGE, or an address')
    .argument('<dst[:port]>', 'the same, with a TCP port or without')
    .action((from: string, to: string, _: unknown, command: Command) =>
      withTopology(command, (topology, { checked }) => traced(world, topology, { from, to }, checked.locate)),
    );
  verb('matrix', 'Deal the sites of a large network out to jobs.', 'matrix --format json')
    .option('--jobs <count>', 'at most so many jobs', parseCount, 256)
    .action(({ jobs }: { jobs: number }, command: Command) =>
      withTopology(command, (topology) => dealt(topology, jobs)),
    );
  verb('graph', 'Draw the network.', 'graph --as svg > network.svg')
    .addOption(new Option('--as <kind>', 'what to draw it as').choices(['mermaid', 'svg']).default('mermaid'))
    .action((options: { as: 'mermaid' | 'svg' }, command: Command) =>
      withTopology(command, (topology) => graph(topology, options.as)),
    );
}

function hostVerbs({ verb, withTopology, world }: Verbs): void {
  const dialling = (name: string, description: string, example: string): Command =>
    verb(name, description, example)
      .option('--identity <file>', 'SSH private key; else the variable KUIIL_SSH_KEY, else the agent')
      .option('--known-hosts <file>', 'pins the host keys that the keys file does not');
  const onHosts: OnHosts = (command, handle) =>
    withTopology(command, async (topology, loaded) => {
      const login = loginOf(command.opts());
      return handle(await pinned(world, topology, login), login, loaded);
    });
  dialling(
    'deploy',
    'Bring every host to what the topology says, or leave every host as it was.',
    'deploy --dry-run',
  )
    .option('--only <hosts>', 'only these hosts: hub,CLUSTER/NODE,…', parseHosts)
    .option('--exclude <hosts>', 'not these hosts', parseHosts, [])
    .option('--canary <hosts>', 'these hosts first', parseHosts, [])
    .option('--dry-run', 'say what would change; write nothing anywhere', false)
    .option('--install', 'install packages that hosts lack, by apt, dnf or apk', false)
    .option('--require-all', 'fail when a host that joins does not come', false)
    .option('--confirm-timeout <seconds>', 'until an unconfirmed host goes back by itself', parseSeconds, 120)
    .option('--await <seconds>', 'how long to wait for hosts that join', parseSeconds, 20)
    .option('--base <file>', 'the topology that was deployed before: finds dangers of access as well')
    .option(
      '--accept <code@digest>',
      'accept the dangers of this code in this plan; may be repeated',
      also,
      [],
    )
    .action((options: DeployFlags, command: Command) =>
      onHosts(command, async (topology, login, { checked: { locate } }) => {
        const { base: file, ...flags } = options;
        const base =
          file === undefined
            ? {}
            : { base: await pinned(world, (await loadBase(world, file)).topology, login) };
        const limits = { confirmTimeoutS: flags.confirmTimeout, awaitS: flags.await };
        return deployed(world, topology, { ...flags, ...limits, ...base, locate }, login);
      }),
    );
  restoringVerbs({ dialling, onHosts, world });
  dialling('status', 'Show what every host runs, and when it last shook hands.', 'status').action(
    (_: unknown, command: Command) => onHosts(command, (topology, login) => shown(world, topology, login)),
  );
  dialling(
    'remove',
    'Take Kuiil off the hosts and put back what was there.',
    'remove --only cluster1/c1-node1',
  )
    .option('--only <hosts>', 'only these hosts', parseHosts)
    .action((options: { only?: ReturnType<typeof parseHosts> }, command: Command) =>
      onHosts(command, (topology, login) => removed(world, topology, options.only, login)),
    );
  dialling(
    'rotate',
    'Have hosts make new WireGuard keys, for the next deployment to switch to.',
    'rotate cluster1/c1-master',
  )
    .argument('[hosts...]', 'hub or CLUSTER/NODE')
    .option('--all', 'every host that has a tunnel', false)
    .action((names: readonly string[], options: { all: boolean }, command: Command) =>
      onHosts(command, (topology, login, loaded) =>
        rotated(world, topology, loaded, { ...login, ...options, names: names.flatMap(parseHosts) }),
      ),
    );
  verb(
    'rehearse',
    'Bring the whole network up on this machine, deploy to it, and send packets everywhere.',
    'rehearse -f examples/two-clusters/topology.yaml',
  )
    .option('--base <file>', 'deploy this topology first, and rehearse the step from there')
    .option('--install', 'install missing system packages', false)
    .option('--sample <nodes>', 'at most so many plain nodes a cluster', parseCount, 3)
    .option('--masquerade', 'let pods lose their source address, as Flannel does', false)
    .option('--summary <file>', 'write the report to this file too, as Markdown')
    .action(({ base, summary, ...options }: RehearseFlags, command: Command) =>
      withTopology(command, async (topology, { text }) => {
        const from = base === undefined ? undefined : await loadBase(world, base);
        const script = { ...options, ...(from ? { base: from } : {}) };
        const result = await rehearsed(world, { topology, text }, script);
        if (summary !== undefined) await world.files.write(summary, (result.markdown ?? result.text)());
        return result;
      }),
    );
}

interface LoginFlags {
  readonly identity?: string;
  readonly knownHosts?: string;
}

function loginOf({ identity, knownHosts }: LoginFlags): Login {
  return {
    ...(identity === undefined ? {} : { identityFile: identity }),
    ...(knownHosts === undefined ? {} : { knownHostsFile: knownHosts }),
  };
}

async function pinned(world: World, topology: Topology, { knownHostsFile }: Login): Promise<Topology> {
  if (knownHostsFile === undefined) return topology;
  const bytes = await world.files.read(knownHostsFile);
  if (bytes === undefined) throw new UsageError(`there is no file ${knownHostsFile}`);
  return withKnownHosts(topology, world.knownHosts(new TextDecoder().decode(bytes)));
}

interface RehearseFlags {
  readonly base?: string;
  readonly summary?: string;
  readonly install: boolean;
  readonly sample: number;
  readonly masquerade: boolean;
}

interface DeployFlags {
  readonly base?: string;
  readonly accept: readonly string[];
  readonly only?: ReturnType<typeof parseHosts>;
  readonly exclude: ReturnType<typeof parseHosts>;
  readonly canary: ReturnType<typeof parseHosts>;
  readonly dryRun: boolean;
  readonly install: boolean;
  readonly requireAll: boolean;
  readonly confirmTimeout: number;
  readonly await: number;
}
