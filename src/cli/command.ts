import type { Readable, Writable } from 'node:stream';
import type { ArgumentRule } from './argument-rules.ts';
import type { Flag, FlagValues } from './flags.ts';

/** What a command is and does. Its module is loaded when the command, its help or its completion is asked for. */
export interface Command {
  /** The arguments as the usage shows them, for example `<relation> <namespace>:<object>`. */
  readonly args?: string;
  /** What the command does, as its help shows it. */
  readonly about: string;
  /** Command lines to try. */
  readonly examples: readonly string[];
  readonly flags?: readonly Flag[];
  /** Without a rule any arguments are accepted. */
  readonly accepts?: ArgumentRule;
  /** Resolves with the exit code. Throws {@link UsageError} and {@link CommandFailure}. */
  run(invocation: Invocation): Promise<number>;
}

/** A line of the command table: a command. */
export interface CommandRow {
  readonly kind: 'command';
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Left out of help, completion and suggestions. */
  readonly isHidden?: boolean;
  /** A warning that is shown at every use, and hides the command. */
  readonly deprecated?: string;
  load(): Promise<Command>;
}

/** A line of the command table: a word that only leads to further commands. */
export interface CommandGroup {
  readonly kind: 'group';
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly isHidden?: boolean;
  readonly deprecated?: string;
  /** Flags of every command below. */
  readonly flags?: readonly Flag[];
  readonly rows: readonly TableRow[];
}

export type TableRow = CommandRow | CommandGroup;

/** Where the program reads and writes. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** One call of a command. */
export interface Invocation extends Surroundings {
  readonly args: readonly string[];
  readonly flags: FlagValues;
  /** The whole table, for commands that speak about the others. */
  readonly table: CommandGroup;
}
