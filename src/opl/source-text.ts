import type { Position } from './diagnostic.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/** A document's text, and where its offsets are. A leading byte order mark is no part of it. */
export class SourceText {
  readonly text: string;
  /** The file's name, when the model consists of files. */
  readonly name: string | undefined;
  #lineStarts: readonly number[] | undefined;
  #pairs: readonly number[] | undefined;

  constructor(text: string, name?: string) {
    this.text = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    this.name = name;
  }

  /** The position of a UTF-16 offset. Logarithmic, so that a document full of mistakes is reported in linear time. */
  position(offset: number): Position {
    this.#lineStarts ??= [0, ...offsetsOf(this.text, /\n/g).map((lineFeed) => lineFeed + 1)];
    this.#pairs ??= offsetsOf(this.text, /[\uD800-\uDBFF][\uDC00-\uDFFF]/g);
    const line = countBelow(this.#lineStarts, offset + 1);
    const lineStart = this.#lineStarts[line - 1] ?? 0;
    const pairs = countBelow(this.#pairs, offset) - countBelow(this.#pairs, lineStart);
    return { line, column: offset - lineStart - pairs };
  }
}

function offsetsOf(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index);
}

/** How many of the ascending numbers are less than the bound. */
function countBelow(ascending: readonly number[], bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
