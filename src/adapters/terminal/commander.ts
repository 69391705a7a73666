// The door through which the library for command lines comes in.
export { Argument, Command, CommanderError, Option } from 'commander';
