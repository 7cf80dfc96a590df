import { rangeSet } from './character-set.ts';
import { parseEscape } from './parse-escape.ts';
import type { Assertion, RegexpNode } from './regexp-node.ts';
import { RegexpReader } from './regexp-reader.ts';
import { RegexpSyntaxError } from './regexp-syntax-error.ts';
import { SetParser } from './set-parser.ts';

/** How deep groups may stand in each other, and how often a part may be repeated; the limits of RE2. */
const MAX_DEPTH = 1_000;
const MAX_REPETITIONS = 1_000;

/** `{2}`, `{2,}` and `{2,3}`; anything else in braces is text, a number with leading zeros too. */
const COUNTS = /\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/y;
const GROUP_FLAGS = /\?([imsU]*)(?:(-)([imsU]+))?([:)])/y;
const GROUP_NAME = /\?P?<[0-9A-Za-z_]+>/y;
const ESCAPED_ASSERTION = /\\([AzbB])/y;

const ESCAPED_ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'beginText'],
  ['z', 'endText'],
  ['b', 'wordBoundary'],
  ['B', 'notWordBoundary'],
]);

/** What `(?i)`, `(?m)` and `(?s)` switch; `(?U)` is accepted and changes no answer. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

/** Matches nothing but the empty text. */
const EMPTY: RegexpNode = { kind: 'sequence', parts: [] };

const NO_FLAGS: Flags = { ignoreCase: false, multiLine: false, dotAll: false };

/**
 * Parses RE2's syntax as Go reads it (https://golang.org/s/re2syntax), which is the contract's
 * (acp §4.3). Throws a `RegexpSyntaxError`.
 */
export function parseRegexp(text: string): RegexpNode {
  return new RegexpParser(new RegexpReader(text)).parse();
}

class RegexpParser {
  readonly #reader: RegexpReader;
  #flags = NO_FLAGS;
  #depth = 0;

  constructor(reader: RegexpReader) {
    this.#reader = reader;
  }

  parse(): RegexpNode {
    const node = this.#parseAlternation();
    if (!this.#reader.isAtEnd) throw new RegexpSyntaxError('unexpected )');
    return node;
  }

  /** Up to the `)` that ends the group, or the end of the text. */
  #parseAlternation(): RegexpNode {
    const branches = [this.#parseSequence()];
    while (this.#reader.take('|')) branches.push(this.#parseSequence());
    return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'alternation', branches };
  }

  #parseSequence(): RegexpNode {
    const parts: RegexpNode[] = [];
    let isRepeated = false;
    while (!this.#reader.isAtEnd && !this.#reader.isAt('|') && !this.#reader.isAt(')')) {
      const counts = this.#takeRepetition();
      if (counts === undefined) parts.push(...this.#parseParts());
      else if (isRepeated) throw new RegexpSyntaxError('invalid nested repetition operator');
      else parts.push(repeat(parts.pop(), counts));
      isRepeated = counts !== undefined;
    }
    // Invariant: a part that is kept compiles to an instruction or more, so repetitions of nothing cost nothing.
    const kept = parts.filter((part) => !isEmpty(part));
    return kept.length === 1 && kept[0] !== undefined ? kept[0] : { kind: 'sequence', parts: kept };
  }

  /** The least and most repetitions an operator asks for. Which of them are tried first does not matter here. */
  #takeRepetition(): readonly [number, number] | undefined {
    const counts = this.#takeCounts();
    if (counts !== undefined) this.#reader.take('?');
    return counts;
  }

  #takeCounts(): readonly [number, number] | undefined {
    if (this.#reader.take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#reader.take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#reader.take('?')) return [0, 1];
    const match = this.#reader.takeMatch(COUNTS);
    if (match === undefined) return undefined;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : Number(match[3] ?? Number.POSITIVE_INFINITY);
    const isTooMany = min > MAX_REPETITIONS || (max > MAX_REPETITIONS && Number.isFinite(max));
    if (isTooMany || max < min) throw new RegexpSyntaxError(`invalid repeat count "${match[0]}"`);
    return [min, max];
  }

  /** The next parts of a sequence: mostly one, none for a change of flags, several for quoted text. */
  #parseParts(): RegexpNode[] {
    const reader = this.#reader;
    if (reader.take('(')) return this.#parseGroup();
    if (reader.take('[')) return [{ kind: 'set', set: this.#sets().parseBrackets() }];
    if (reader.take('.')) return [this.#anyCharacter()];
    if (reader.take('^')) return [assertion(this.#flags.multiLine ? 'beginLine' : 'beginText')];
    if (reader.take('$')) return [assertion(this.#flags.multiLine ? 'endLine' : 'endText')];
    if (reader.isAt('\\')) return this.#parseBackslash();
    return [this.#character(reader.takeCodePoint())];
  }

  #parseBackslash(): RegexpNode[] {
    const escaped = ESCAPED_ASSERTIONS.get(this.#reader.takeMatch(ESCAPED_ASSERTION)?.[1] ?? '');
    if (escaped !== undefined) return [assertion(escaped)];
    if (this.#reader.take('\\Q')) {
      const quoted = this.#reader.takeUntil('\\E') ?? this.#reader.takeRest();
      return [...quoted].map((character) => this.#character(character.codePointAt(0) ?? 0));
    }
    const set = this.#sets().parseEscapedSet();
    if (set !== undefined) return [{ kind: 'set', set }];
    this.#reader.take('\\');
    return [this.#character(parseEscape(this.#reader))];
  }

  #parseGroup(): RegexpNode[] {
    const outer = this.#flags;
    const switches = this.#reader.takeMatch(GROUP_FLAGS);
    if (switches !== undefined) {
      this.#flags = changeFlags(outer, switches);
      // The flags hold for the rest of the group around.
      if (switches[4] === ')') return [];
    } else if (this.#reader.takeMatch(GROUP_NAME) === undefined && this.#reader.isAt('?')) {
      throw new RegexpSyntaxError('invalid or unsupported group syntax "(?"');
    }
    if (++this.#depth > MAX_DEPTH) throw new RegexpSyntaxError('expression nests too deeply');
    const node = this.#parseAlternation();
    if (!this.#reader.take(')')) throw new RegexpSyntaxError('missing closing )');
    this.#depth--;
    this.#flags = outer;
    return [node];
  }

  #sets(): SetParser {
    return new SetParser(this.#reader, this.#flags);
  }

  #anyCharacter(): RegexpNode {
    return { kind: 'set', set: rangeSet(this.#flags.dotAll ? [] : [0x0a, 0x0a], { isNegated: true }) };
  }

  #character(codePoint: number): RegexpNode {
    if (!this.#flags.ignoreCase) return { kind: 'character', codePoint };
    return { kind: 'set', set: rangeSet([codePoint, codePoint], { ignoreCase: true }) };
  }
}

function assertion(kind: Assertion): RegexpNode {
  return { kind: 'assertion', assertion: kind };
}

function repeat(part: RegexpNode | undefined, [min, max]: readonly [number, number]): RegexpNode {
  if (part === undefined) throw new RegexpSyntaxError('missing argument to repetition operator');
  if (max === 0 || isEmpty(part)) return EMPTY;
  const node: RegexpNode = { kind: 'repetition', part, min, max };
  const isCounted = min > 1 || (max > 1 && Number.isFinite(max));
  // Counts in each other multiply: `(a{100}){100}` would be 10,000.
  if (isCounted && !isWithinRepetitions(node, MAX_REPETITIONS)) {
    throw new RegexpSyntaxError('invalid repeat count: too many in all');
  }
  return node;
}

function isEmpty(node: RegexpNode): boolean {
  return node.kind === 'sequence' && node.parts.length === 0;
}

function isWithinRepetitions(node: RegexpNode, allowed: number): boolean {
  switch (node.kind) {
    case 'character':
    case 'set':
    case 'assertion':
      return true;
    case 'sequence':
      return node.parts.every((part) => isWithinRepetitions(part, allowed));
    case 'alternation':
      return node.branches.every((branch) => isWithinRepetitions(branch, allowed));
    case 'repetition': {
      const count = Number.isFinite(node.max) ? node.max : node.min;
      const isWithin = count <= allowed;
      return isWithin && isWithinRepetitions(node.part, Math.trunc(allowed / Math.max(count, 1)));
    }
  }
}

function changeFlags(flags: Flags, [, on = '', , off = '']: readonly (string | undefined)[]): Flags {
  const isOn = (letter: string, before: boolean) => (on.includes(letter) || before) && !off.includes(letter);
  return {
    ignoreCase: isOn('i', flags.ignoreCase),
    multiLine: isOn('m', flags.multiLine),
    dotAll: isOn('s', flags.dotAll),
  };
}
