import { quote } from '../opl/quote.ts';
import { UsageError } from './usage-error.ts';

interface FlagBasics {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly about: string;
  readonly isHidden?: boolean;
  /** The values that make sense, for completion. */
  readonly values?: readonly string[];
}

/** A flag that commands declare. `list` takes comma-separated values and may be repeated. */
export type Flag = FlagBasics &
  (
    | { readonly kind: 'switch' }
    | { readonly kind: 'text'; readonly default?: string; readonly isFile?: boolean }
    | { readonly kind: 'integer'; readonly default: number }
    | { readonly kind: 'list'; readonly default?: readonly string[]; readonly isFile?: boolean }
  );

type FlagValue = string | number | boolean | readonly string[];

/**
 * What a command line says about a set of flags. Asking for a flag that is not declared, or by the wrong kind, is a
 * fault.
 */
export class FlagValues {
  readonly #flags: ReadonlyMap<string, Flag>;
  readonly #given: ReadonlyMap<string, FlagValue>;

  constructor({ flags, given }: { flags: readonly Flag[]; given: ReadonlyMap<string, FlagValue> }) {
    this.#flags = new Map(flags.map((flag) => [flag.name, flag]));
    this.#given = given;
  }

  /** Whether the flag stands on the command line, with whatever value. */
  isGiven(name: string): boolean {
    return this.#given.has(name);
  }

  isOn(name: string): boolean {
    this.#declared(name, 'switch');
    return this.#given.get(name) === true;
  }

  text(name: string): string {
    const { default: fallback = '' } = this.#declared(name, 'text');
    const value = this.#given.get(name) ?? fallback;
    return String(value);
  }

  integer(name: string): number {
    const { default: fallback } = this.#declared(name, 'integer');
    return Number(this.#given.get(name) ?? fallback);
  }

  list(name: string): readonly string[] {
    const { default: fallback = [] } = this.#declared(name, 'list');
    const value = this.#given.get(name);
    return Array.isArray(value) ? value : fallback;
  }

  #declared<K extends Flag['kind']>(name: string, kind: K): Flag & { kind: K } {
    const flag = this.#flags.get(name);
    if (flag?.kind !== kind) throw new Error(`BUG: no ${kind} flag --${name}`);
    return flag as Flag & { kind: K }; // just compared
  }
}

/**
 * Separates flags and arguments. Flags may stand between arguments and end at `--`; a flag given again replaces the
 * value before it, lists grow.
 *
 * @throws {UsageError} for unknown flags and values of the wrong kind.
 * Source: contract, command line §2; the shapes `-d3`, `-d=3`, `-qf x`, `--name=value`, `--name value` are the ones
 * of POSIX and GNU.
 */
export function parseFlags(words: readonly string[], flags: readonly Flag[]): { values: FlagValues; args: string[] } {
  const given = new Map<string, FlagValue>();
  const args: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      args.push(...queue);
      break;
    }
    if (word.startsWith('--')) readLong(word, queue, flags, given);
    else if (word.startsWith('-') && word.length > 1) readShort(word.slice(1), queue, flags, given);
    else args.push(word);
  }
  return { values: new FlagValues({ flags, given }), args };
}

function readLong(word: string, queue: string[], flags: readonly Flag[], given: Map<string, FlagValue>): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (name === '' || name.startsWith('-')) throw new UsageError(`bad flag syntax: ${word}`);
  const flag = flags.find((one) => one.name === name);
  if (!flag) throw new UsageError(`unknown flag: --${name}`);
  if (equals >= 0) store(flag, word.slice(equals + 1), given);
  else if (flag.kind === 'switch') given.set(name, true);
  else store(flag, queue.shift() ?? missing(`--${name}`), given);
}

function readShort(letters: string, queue: string[], flags: readonly Flag[], given: Map<string, FlagValue>): void {
  const letter = String.fromCodePoint(letters.codePointAt(0) ?? 0);
  const rest = letters.slice(letter.length);
  const flag = flags.find((one) => one.short === letter);
  if (!flag) throw new UsageError(`unknown shorthand flag: '${letter}' in -${letters}`);
  if (rest.startsWith('=')) store(flag, rest.slice(1), given);
  else if (flag.kind !== 'switch') {
    store(flag, rest === '' ? (queue.shift() ?? missing(`'${letter}' in -${letters}`)) : rest, given);
  } else {
    given.set(flag.name, true);
    if (rest !== '') readShort(rest, queue, flags, given);
  }
}

function missing(place: string): never {
  throw new UsageError(`flag needs an argument: ${place}`);
}

function store(flag: Flag, text: string, given: Map<string, FlagValue>): void {
  switch (flag.kind) {
    case 'text':
      given.set(flag.name, text);
      return;
    case 'switch':
      given.set(flag.name, parseSwitch(text) ?? refuse(flag, text, 'true or false'));
      return;
    case 'integer':
      given.set(flag.name, parseInt32(text) ?? refuse(flag, text, 'a whole number of 32 bits'));
      return;
    case 'list': {
      const before = given.get(flag.name);
      const values = splitList(text) ?? refuse(flag, text, 'a comma-separated list');
      given.set(flag.name, [...(Array.isArray(before) ? before : []), ...values]);
    }
  }
}

function refuse(flag: Flag, text: string, expected: string): never {
  const name = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
  throw new UsageError(`invalid argument ${quote(text)} for "${name}" flag: expected ${expected}`);
}

function parseSwitch(text: string): boolean | undefined {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

function parseInt32(text: string): number | undefined {
  const parts = /^([+-]?)(\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.exec(text);
  if (!parts?.[2]) return undefined;
  const size = Number(parts[2]);
  const value = parts[1] === '-' ? -size : size;
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
}

/** One line of RFC 4180: values with a comma stand in double quotes, quotes inside are doubled. */
function splitList(text: string): string[] | undefined {
  if (text === '') return [];
  const values: string[] = [];
  const value = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const match = value.exec(text);
    if (!match) return undefined;
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return values;
  }
}
