import { caseVariantsOf } from './case-variants.ts';
import { type CharacterSet, invertRanges, normalizeRanges, type UnicodeProperty } from './character-set.ts';
import { PERL_SETS, POSIX_SETS, unicodeProperty } from './named-sets.ts';
import { parseEscape } from './parse-escape.ts';
import type { RegexpReader } from './regexp-reader.ts';
import { RegexpSyntaxError } from './regexp-syntax-error.ts';

const PERL_ESCAPE = /\\([dswDSW])/y;
const PROPERTY_ESCAPE = /\\([pP])/y;

/** Reads one set of characters: a class in brackets, or an escape that stands for a set. */
export class SetParser {
  readonly #reader: RegexpReader;
  readonly #ignoreCase: boolean;
  readonly #ranges: number[] = [];
  readonly #properties = new Map<string, UnicodeProperty>();

  constructor(reader: RegexpReader, { ignoreCase }: { ignoreCase: boolean }) {
    this.#reader = reader;
    this.#ignoreCase = ignoreCase;
  }

  /** `\d`, `\pL` and their like; `undefined` if something else comes. */
  parseEscapedSet(): CharacterSet | undefined {
    return this.#takeNamedSet() ? this.#finish({ isNegated: false }) : undefined;
  }

  /** The rest of a class, after its `[`. A `]` in first place is a member. */
  parseBrackets(): CharacterSet {
    const isNegated = this.#reader.take('^');
    for (let isFirst = true; isFirst || !this.#reader.isAt(']'); isFirst = false) {
      if (this.#reader.isAtEnd) throw new RegexpSyntaxError('missing closing ]');
      if (!this.#takePosixSet() && !this.#takeNamedSet()) this.#takeRange();
    }
    this.#reader.take(']');
    return this.#finish({ isNegated });
  }

  #takeRange(): void {
    const first = this.#takeMember();
    if (!this.#reader.isAt('-') || this.#reader.isAt('-]')) {
      this.#ranges.push(first, first);
      return;
    }
    this.#reader.take('-');
    const last = this.#takeMember();
    if (last < first) {
      const range = `${String.fromCodePoint(first)}-${String.fromCodePoint(last)}`;
      throw new RegexpSyntaxError(`invalid character class range "${range}"`);
    }
    this.#ranges.push(first, last);
  }

  #takeMember(): number {
    if (this.#reader.isAtEnd) throw new RegexpSyntaxError('missing closing ]');
    return this.#reader.take('\\') ? parseEscape(this.#reader) : this.#reader.takeCodePoint();
  }

  #takePosixSet(): boolean {
    if (!this.#reader.isAt('[:')) return false;
    // What stands before the next `:]` is a name, also a wrong one; without one the `[` is a member.
    const name = this.#reader.takeUntil(':]')?.slice('[:'.length);
    if (name === undefined) return false;
    const isNegated = name.startsWith('^');
    const ranges = POSIX_SETS.get(isNegated ? name.slice(1) : name);
    if (ranges === undefined) throw new RegexpSyntaxError(`unknown character class "[:${name}:]"`);
    this.#addRanges(ranges, { isNegated });
    return true;
  }

  #takeNamedSet(): boolean {
    const perl = this.#reader.takeMatch(PERL_ESCAPE)?.[1];
    if (perl !== undefined) {
      const name = perl.toLowerCase();
      this.#addRanges(PERL_SETS.get(name) ?? [], { isNegated: name !== perl });
      return true;
    }
    const property = this.#reader.takeMatch(PROPERTY_ESCAPE)?.[1];
    if (property === undefined) return false;
    this.#addProperty({ isNegated: property === 'P' });
    return true;
  }

  #addProperty({ isNegated }: { isNegated: boolean }): void {
    const name = this.#takePropertyName();
    const isInverted = name.startsWith('^');
    const property = unicodeProperty(isInverted ? name.slice(1) : name, {
      isNegated: isNegated !== isInverted,
      ignoreCase: this.#ignoreCase,
    });
    if (property === undefined) throw new RegexpSyntaxError(`unknown character property "${name}"`);
    // Invariant: one test a property, however often a class names it.
    this.#properties.set(`${property.isNegated} ${property.expression.source}`, property);
  }

  #takePropertyName(): string {
    if (this.#reader.isAtEnd) throw new RegexpSyntaxError('a character property without a name');
    if (!this.#reader.take('{')) return String.fromCodePoint(this.#reader.takeCodePoint());
    const name = this.#reader.takeUntil('}');
    if (name === undefined) throw new RegexpSyntaxError('a character property without a closing }');
    return name;
  }

  #addRanges(ranges: readonly number[], { isNegated }: { isNegated: boolean }): void {
    // The other cases join before the set is turned over: `(?i)\W` has no letter of `\w` in any case.
    const all = this.#ignoreCase ? withCaseVariants(ranges) : ranges;
    this.#ranges.push(...(isNegated ? invertRanges(normalizeRanges(all)) : all));
  }

  #finish({ isNegated }: { isNegated: boolean }): CharacterSet {
    const properties = [...this.#properties.values()];
    return { ranges: normalizeRanges(this.#ranges), properties, ignoreCase: this.#ignoreCase, isNegated };
  }
}

/** Of the ranges of a named set, which are those of some letters and signs of ASCII. */
function withCaseVariants(ranges: readonly number[]): number[] {
  const all = [...ranges];
  for (let at = 0; at < ranges.length; at += 2) {
    const [first = 0, last = 0] = ranges.slice(at, at + 2);
    for (let codePoint = first; codePoint <= last; codePoint++) {
      for (const variant of caseVariantsOf(codePoint)) all.push(variant, variant);
    }
  }
  return all;
}
