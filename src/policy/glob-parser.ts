import { type CharacterSet, rangeSet } from './regexp/character-set.ts';
import type { RegexpNode } from './regexp/regexp-node.ts';
import { RegexpSyntaxError } from './regexp/regexp-syntax-error.ts';

/** What `*` and `?` match: all but the separator `:`. */
const NO_SEPARATOR: CharacterSet = rangeSet([0x3a, 0x3a], { isNegated: true });
/** How deep braces may stand in each other. */
const MAX_DEPTH = 100;

/** One alternative of a glob, or all of it. */
export type GlobPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'anyRun' }
  | { readonly kind: 'run' }
  | { readonly kind: 'one' }
  | { readonly kind: 'class'; readonly ranges: readonly number[]; readonly isNegated: boolean }
  | { readonly kind: 'alternatives'; readonly alternatives: readonly (readonly GlobPart[])[] };

/** Parses a glob (contract: acp §4.2). Throws a `RegexpSyntaxError`. */
export function parseGlob(glob: string): readonly GlobPart[] {
  return new GlobParser(glob).parse();
}

/** The parts as a regular expression without its anchors. */
export function globToRegexp(parts: readonly GlobPart[]): RegexpNode {
  return { kind: 'sequence', parts: parts.flatMap(partToRegexp) };
}

class GlobParser {
  readonly #characters: readonly string[];
  #position = 0;
  #depth = 0;

  constructor(glob: string) {
    this.#characters = [...glob];
  }

  parse(): readonly GlobPart[] {
    return this.#parseParts();
  }

  /** Up to the `,` or `}` that ends an alternative, or the end: braces left open are closed there. */
  #parseParts(): GlobPart[] {
    const parts: GlobPart[] = [];
    for (let character = this.#peek(); character !== undefined; character = this.#peek()) {
      if (this.#depth > 0 && (character === ',' || character === '}')) break;
      this.#position++;
      if (character === '*') parts.push({ kind: this.#take('*') ? 'anyRun' : 'run' });
      else if (character === '?') parts.push({ kind: 'one' });
      else if (character === '[') parts.push(this.#parseClass());
      else if (character === '{') parts.push(this.#parseAlternatives());
      else addText(parts, character === '\\' ? this.#takeEscaped() : character);
    }
    return parts;
  }

  #parseAlternatives(): GlobPart {
    if (++this.#depth > MAX_DEPTH) throw new RegexpSyntaxError(`braces nest deeper than ${MAX_DEPTH} levels`);
    const alternatives = [this.#parseParts()];
    while (this.#take(',')) alternatives.push(this.#parseParts());
    this.#take('}');
    this.#depth--;
    return { kind: 'alternatives', alternatives };
  }

  /** After the `[`: one range, whose ends no backslash escapes, or a list. */
  #parseClass(): GlobPart {
    const isNegated = this.#take('!');
    const ranges = this.#characters[this.#position + 1] === '-' ? this.#parseRange() : this.#parseList();
    if (!this.#take(']')) throw new RegexpSyntaxError('a character class must be one range or a list, closed by ]');
    return { kind: 'class', ranges, isNegated };
  }

  #parseRange(): readonly number[] {
    const first = this.#characters[this.#position] ?? '';
    const last = this.#characters[this.#position + 2] ?? '';
    this.#position += 3;
    const [low, high] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0];
    if (high < low) throw new RegexpSyntaxError(`invalid character class range "${first}-${last}"`);
    return [low, high];
  }

  #parseList(): readonly number[] {
    const ranges: number[] = [];
    for (let member = this.#peek(); member !== undefined && member !== ']'; member = this.#peek()) {
      this.#position++;
      const codePoint = (member === '\\' ? this.#takeEscaped() : member).codePointAt(0);
      if (codePoint !== undefined) ranges.push(codePoint, codePoint);
    }
    if (ranges.length === 0) throw new RegexpSyntaxError('a character class without characters');
    return ranges;
  }

  /** A backslash at the very end stands for nothing. */
  #takeEscaped(): string {
    return this.#characters[this.#position++] ?? '';
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#position++;
    return true;
  }

  #peek(): string | undefined {
    return this.#characters[this.#position];
  }
}

/** Text that stands together is one part, escaped or not. */
function addText(parts: GlobPart[], text: string): void {
  const last = parts.at(-1);
  if (text === '') return;
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text };
  else parts.push({ kind: 'text', text });
}

function partToRegexp(part: GlobPart): RegexpNode[] {
  switch (part.kind) {
    case 'text':
      return [...part.text].map((character) => ({ kind: 'character', codePoint: character.codePointAt(0) ?? 0 }));
    case 'anyRun':
      return [anyNumberOf(rangeSet([], { isNegated: true }))];
    case 'run':
      return [anyNumberOf(NO_SEPARATOR)];
    case 'one':
      return [{ kind: 'set', set: NO_SEPARATOR }];
    case 'class':
      return [{ kind: 'set', set: rangeSet(part.ranges, part) }];
    case 'alternatives':
      return [{ kind: 'alternation', branches: part.alternatives.map(globToRegexp) }];
  }
}

function anyNumberOf(set: CharacterSet): RegexpNode {
  return { kind: 'repetition', part: { kind: 'set', set }, min: 0, max: Number.POSITIVE_INFINITY };
}
