import type { Topology } from '../../core/model/topology.ts';
import type { Command } from './commander.ts';
import { drifted, healed, merged } from './commands/drift.ts';
import { frozen, unfrozen } from './commands/freeze.ts';
import { rolledBack } from './commands/rollback.ts';
import type { Loaded } from './load.ts';
import { parseHosts, parseList, parseSeconds, UsageError } from './options.ts';
import type { Result } from './result.ts';
import type { Login, World } from './world.ts';

interface Restoring {
  readonly world: World;
  readonly dialling: (name: string, description: string, example: string) => Command;
  readonly onHosts: OnHosts;
}

/** What sees to it that git and the network agree. */
export function restoringVerbs({ dialling, onHosts, world }: Restoring): void {
  dialling(
    'drift',
    'Compare every host with what was confirmed on it; write nothing anywhere.',
    'drift --format json',
  )
    .option('--heal', 'bring hosts back to what was confirmed on them, as a deployment does', false)
    .option('--confirm-timeout <seconds>', 'until an unconfirmed host goes back by itself', parseSeconds, 120)
    .option('--site <sites>', 'only these sites: hub,CLUSTER,…', parseList)
    .option('--from <files>', 'dial nobody: put the JSON documents of checks of sites together', parseList)
    .action(({ heal, confirmTimeout, site, from }: DriftFlags, command: Command) =>
      onHosts(command, (topology, login, { checked: { locate } }) => {
        if (heal && (site ?? from)) throw new UsageError('a healing is of the whole network');
        if (from) return merged(world, from);
        return heal
          ? healed(world, topology, { confirmTimeoutS: confirmTimeout, locate }, login)
          : drifted(world, topology, site, login);
      }),
    );
  dialling(
    'rollback',
    'Deploy an earlier release, and freeze deployments until git agrees.',
    'rollback --to previous --reason "the new range was wrong"',
  )
    .option('--to <release>', 'previous, a release that the hub remembers, or a commit', 'previous')
    .option('--reason <text>', 'why, for everybody who finds deployments frozen', 'no reason was given')
    .option('--exclude <hosts>', 'not these hosts', parseHosts, [])
    .option('--dry-run', 'say what would change; write nothing anywhere', false)
    .option('--confirm-timeout <seconds>', 'until an unconfirmed host goes back by itself', parseSeconds, 120)
    .option(
      '--accept <code@digest>',
      'accept the dangers of this code in this plan; may be repeated',
      also,
      [],
    )
    .action(({ confirmTimeout, ...flags }: RollbackFlags, command: Command) =>
      onHosts(command, (topology, login, { checked: { locate } }) =>
        rolledBack(world, topology, { ...flags, confirmTimeoutS: confirmTimeout, awaitS: 20, locate }, login),
      ),
    );
  dialling('freeze', 'Hold every deployment back until it is lifted.', 'freeze "moving the rack"')
    .argument('<reason...>', 'why')
    .action((reason: readonly string[], _: unknown, command: Command) =>
      onHosts(command, (topology, login) => frozen(world, topology, reason.join(' '), login)),
    );
  dialling('unfreeze', 'Let deployments go on.', 'unfreeze').action((_: unknown, command: Command) =>
    onHosts(command, (topology, login) => unfrozen(world, topology, login)),
  );
}

export type OnHosts = (
  command: Command,
  handle: (topology: Topology, login: Login, loaded: Loaded) => Promise<Result>,
) => Promise<void>;

interface DriftFlags {
  readonly heal: boolean;
  readonly confirmTimeout: number;
  readonly site?: readonly string[];
  readonly from?: readonly string[];
}

interface RollbackFlags {
  readonly accept: readonly string[];
  readonly exclude: ReturnType<typeof parseHosts>;
  readonly dryRun: boolean;
  readonly confirmTimeout: number;
  readonly file: string;
  readonly to: string;
  readonly reason: string;
}

/** An option that may be given again. */
export function also(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
