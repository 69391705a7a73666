import { Argument, type Command } from './commander.ts';
import { bootstrapped, type BootstrapOptions } from './commands/bootstrap.ts';
import { discovered, type DiscoverOptions } from './commands/discover.ts';
import { added, deployerRotated, enrolled, type EnrolOptions } from './commands/enrol.ts';
import { githubSet, type GithubOptions } from './commands/github.ts';
import { githubApp, type AppOptions } from './commands/github-app.ts';
import { served, type ServeOptions } from './commands/webhook.ts';
import { imported } from './commands/import.ts';
import { parseHosts, parsePort, parseTarget, UsageError, type Format } from './options.ts';
import { print } from './result.ts';
import type { Done, Verbs } from './verbs.ts';

/** The verbs of the first hour: how hosts and clusters come in. */
export function joiningVerbs({ verb, withTopology, world, done }: Verbs & Done): void {
  enrolVerb({ verb, withTopology, world });
  bootstrapVerb({ verb, withTopology, world });
  importVerb({ verb, world, done });
  discoverVerb({ verb, withTopology, world });
  githubVerb({ verb, withTopology, world, done });
  webhookVerb({ verb, world, done });
}

function enrolVerb({ verb, withTopology, world }: Verbs): void {
  verb(
    'enrol',
    'Let hosts in: read their keys by your own ssh, and pin the deployer’s keys on them.',
    'enrol hub cluster1/c1-master',
  )
    .argument(
      '[hosts...]',
      'hub or CLUSTER/NODE; left out: every host whose keys are missing; `add LINE`: what a bootstrap printed',
    )
    .option('--as <host=name>', 'what your ssh calls a host; may be repeated', parseTarget)
    .option('--user <name>', 'log in as somebody else than the topology says')
    .option('--yes', 'confirm the fingerprints unseen, as scripts must', false)
    .option('--replace <hosts>', 'hosts whose keys may be others than before', parseHosts, [])
    .option('--deploy-key <file>', 'a public key of yours for deployments, instead of one that is made')
    .option('--drift-key <file>', 'a public key of yours for drift checks, instead of one that is made')
    .option('--rotate-deployer', 'give the deployer new keys: let them in beside the old ones', false)
    .option('--finish', 'with --rotate-deployer: let the old ones in no more', false)
    .action((names: readonly string[], flags: EnrolFlags, command: Command) =>
      withTopology(command, (topology, loaded) => {
        const targets = flags.as ?? new Map();
        if (flags.rotateDeployer) return deployerRotated(world, topology, { ...flags, targets });
        if (names[0] === 'add') {
          return added(world, topology, loaded, {
            ...flags,
            targets,
            only: [],
            line: names.slice(1).join(' '),
          });
        }
        const only = names.flatMap((name) => parseHosts(name));
        return enrolled(world, topology, loaded, { ...flags, only, targets });
      }),
    );
}

function bootstrapVerb({ verb, withTopology, world }: Verbs): void {
  verb(
    'bootstrap',
    'Print a script that lets in a host which you cannot reach by ssh.',
    'bootstrap cluster1/c1-master > kuiil-bootstrap.sh',
  )
    .argument('<host>', 'hub or CLUSTER/NODE')
    .option('--cloud-init', 'as user data for a machine that is not installed yet', false)
    .option('--deploy-key <file>', 'a public key of yours for deployments, instead of one that is made')
    .option('--drift-key <file>', 'a public key of yours for drift checks, instead of one that is made')
    .action((name: string, flags: Omit<BootstrapOptions, 'host'>, command: Command) =>
      withTopology(command, (topology) => {
        const [host] = parseHosts(name);
        return bootstrapped(world, topology, { ...flags, host: host! });
      }),
    );
}

function importVerb({ verb, world, done }: Pick<Verbs, 'verb' | 'world'> & Done): void {
  verb(
    'import',
    'Make a topology, with questions, out of the wg-quick files of a network that was made by hand.',
    'import hub/wg0.conf cluster1/wg0.conf > topology.yaml',
  )
    .argument('<files...>', 'the hub’s file, and those of the clusters’ masters')
    .action(async (files: readonly string[], { format }: { format: Format }) => {
      const result = await imported(world, files);
      print(world, format, result);
      done(result.exit);
    });
}

function discoverVerb({ verb, withTopology, world }: Verbs): void {
  verb(
    'discover',
    'Ask a live cluster for its nodes and ranges, and write what differs into the topology.',
    'discover --kubeconfig lab.kubeconfig --cluster lab',
  )
    .requiredOption('--kubeconfig <file>', 'a kubeconfig file; its current context is used')
    .requiredOption('--cluster <name>', 'the name of the cluster in the topology')
    .option('--check', 'write nothing; exit with 3 when something differs', false)
    .action((options: DiscoverOptions, command: Command) =>
      withTopology(command, (topology, loaded) => discovered(world, topology, loaded, options)),
    );
}

function githubVerb({ verb, withTopology, world, done }: Verbs & Done): void {
  verb(
    'github',
    'Make the repository on GitHub ready, by your own gh: environments, keys, settings (setup), or the App of the webhook (app).',
    'github setup --check',
  )
    .addArgument(new Argument('<task>', 'what to do').choices(['setup', 'app']))
    .option('--repo <owner/name>', 'the repository; left out: that of the clone you are in')
    .option('--check', 'setup: change nothing; exit with 3 when something is missing or unsafe')
    .option('--open-pull-requests', 'setup: let workflows open pull requests, for rollbacks')
    .option('--deploy-identity <file>', 'setup: a private key of yours, if you enrolled with --deploy-key')
    .option('--drift-identity <file>', 'setup: a private key of yours, if you enrolled with --drift-key')
    .option('--url <address>', 'app: where the webhook will be reached, https://…')
    .option(
      '--port <port>',
      'app: the port of the page on this machine; left out: any that is free',
      parsePort,
    )
    .option('--out <file>', 'app: where its secrets go; left out: into ~/.config/kuiil')
    .action(async (task: 'setup' | 'app', options: GithubOptions & AppOptions, command: Command) => {
      const foreign = command.options.find(
        (option) =>
          option.description.startsWith(`${task === 'app' ? 'setup' : 'app'}: `) &&
          command.getOptionValue(option.attributeName()) !== undefined,
      );
      if (foreign) throw new UsageError(`${foreign.long} is nothing for \`github ${task}\``);
      if (task === 'setup') return withTopology(command, (topology) => githubSet(world, topology, options));
      const { format } = command.opts<{ format: Format }>();
      const result = await githubApp(world, options);
      print(world, format, result);
      return done(result.exit);
    });
}

function webhookVerb({ verb, world, done }: Pick<Verbs, 'verb' | 'world'> & Done): void {
  verb('webhook', 'Serve the webhook of a GitHub App, for plans and commands.', 'webhook --port 8080')
    .option('--port <port>', 'the port that it listens on', parsePort, 8080)
    .option('--host <address>', 'the address that it listens on', '127.0.0.1')
    .option('--settings <file>', 'a file of variables, NAME=VALUE; the environment goes before it')
    .action(async (options: ServeOptions & { format: Format }) => {
      const result = await served(world, options);
      print(world, options.format, result);
      done(result.exit);
    });
}

interface EnrolFlags extends Omit<EnrolOptions, 'only' | 'targets'> {
  readonly as?: EnrolOptions['targets'];
  readonly rotateDeployer: boolean;
  readonly finish: boolean;
}
