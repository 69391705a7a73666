// The door through which the library for command lines comes in.
export { Command, CommanderError, Option } from 'commander';
