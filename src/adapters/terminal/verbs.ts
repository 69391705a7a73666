import type { Topology } from '../../core/model/topology.ts';
import type { Command } from './commander.ts';
import type { Loaded } from './load.ts';
import type { Result } from './result.ts';
import type { World } from './world.ts';

/** What a verb does with a valid topology. */
export type Handle = (topology: Topology, loaded: Loaded) => Promise<Result> | Result;

/** What verbs are made with. */
export interface Verbs {
  readonly world: World;
  readonly verb: (name: string, description: string, example: string) => Command;
  /** Reads the topology, says what is wrong with it, and goes on where it is valid. */
  readonly withTopology: (command: Command, handle: Handle) => Promise<void>;
}

/** Where a verb that reads no topology leaves its exit code. */
export interface Done {
  readonly done: (exit: number) => void;
}
