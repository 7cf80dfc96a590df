import { decodeUtf8 } from './decode-utf8.ts';

/** The values of the segments that a template leaves open, by their names. */
export type Segments = ReadonlyMap<string, string>;

/** A route's path with open segments, such as `/roles/{id}`. */
export class PathTemplate {
  /** A text that must be there, or the name of an open segment. */
  readonly #parts: readonly { readonly text: string; readonly isOpen: boolean }[];

  constructor(path: string) {
    this.#parts = path.split('/').map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return { text: name ?? part, isOpen: name !== undefined };
    });
  }

  /**
   * What stands in the open segments of a path that was sent; undefined when it is no such path.
   * An open segment is one segment and not empty: a slash stays a separator also when it is escaped.
   */
  match(path: string): Segments | undefined {
    const parts = path.split('/');
    if (parts.length !== this.#parts.length || /%2f/i.test(path)) return undefined;
    const segments = new Map<string, string>();
    for (const [at, { text, isOpen }] of this.#parts.entries()) {
      const value = decodeSegment(parts[at] ?? '');
      if (isOpen ? value === '' : value !== text) return undefined;
      if (isOpen) segments.set(text, value);
    }
    return segments;
  }
}

/** The text of a segment whose escapes are whole; bytes that are not UTF-8 become U+FFFD each. */
function decodeSegment(segment: string): string {
  if (/^[ -$&-~]*$/.test(segment)) return segment;
  const bytes = segment.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  // What was sent unescaped above 0x7F arrives as one character a byte (Latin-1) over HTTP/1.1.
  return decodeUtf8(Buffer.from(bytes, 'latin1'), () => '\ufffd');
}
