import { InvalidArgumentError } from '../../errors.ts';
import { decodeUtf8 } from './decode-utf8.ts';

/** A parameter that cannot be read, kept until somebody asks. */
interface Broken {
  readonly key: string;
  readonly problem: string;
}

const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
/** Printable ASCII without escapes. */
const PLAIN = /^[ -$&-~]*$/;
/** Invalid bytes become the lone surrogates U+DC80 to U+DCFF, which no stored text can hold. */
const ESCAPED_BYTE_BASE = 0xdc00;
const ESCAPED_BYTE = /[\udc80-\udcff]/gu;

/** The query of a request target: which parameters are present, and their values (contract: REST §3). */
export class QueryParameters {
  readonly #values = new Map<string, string[]>();
  #broken: Broken | undefined;

  /** `text` is what stands behind the `?`, as it was sent. */
  constructor(text: string) {
    if (text === '') return;
    let broken: Broken | undefined;
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const problem = problemOf(pair);
      const equals = pair.indexOf('=');
      const key = decode(equals < 0 ? pair : pair.slice(0, equals));
      if (problem !== undefined) {
        broken ??= { key, problem };
        continue;
      }
      const values = this.#values.get(key);
      const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
      if (values === undefined) this.#values.set(key, [value]);
      else values.push(value);
    }
    this.#broken = broken;
  }

  /**
   * A parameter that is dropped silently widens a filter, up to deleting a whole namespace: whoever
   * reads tuples or filters from the query calls this.
   * @throws {InvalidArgumentError} that names the first parameter that cannot be read
   */
  requireReadable(): void {
    if (this.#broken === undefined) return;
    const { key, problem } = this.#broken;
    throw new InvalidArgumentError({ message: `query parameter ${JSON.stringify(key)} ${problem}` });
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** The first value; undefined when the parameter is absent, `''` when it has no value. */
  first(key: string): string | undefined {
    return this.#values.get(key)?.[0];
  }

  /** All values, in their order; undefined when the parameter is absent. */
  all(key: string): readonly string[] | undefined {
    return this.#values.get(key);
  }

  /** The first value that is not empty, or `''`. */
  firstNonEmpty(key: string): string {
    return this.#values.get(key)?.find((value) => value !== '') ?? '';
  }
}

/** What a form-encoded text stands for; undefined when an escape in it is broken. */
export function decodeQueryText(text: string): string | undefined {
  return BROKEN_ESCAPE.test(text) ? undefined : decode(text);
}

/** Bytes of a parameter that were not UTF-8 as an error text shows them: `\xff`. */
export function showInvalidBytes(text: string): string {
  return text.replace(ESCAPED_BYTE, (byte) => `\\x${(byte.charCodeAt(0) - ESCAPED_BYTE_BASE).toString(16)}`);
}

function problemOf(pair: string): string | undefined {
  if (pair.includes(';')) return 'contains a ";", which must be written as %3B';
  return BROKEN_ESCAPE.test(pair) ? 'has a broken percent-encoding' : undefined;
}

/** Escapes that are broken stay as they are. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  // Bytes above 0x7F that were sent unescaped arrive as one character each (Latin-1).
  if (PLAIN.test(spaced)) return spaced;
  const bytes = spaced.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeUtf8(Buffer.from(bytes, 'latin1'), (byte) => String.fromCharCode(ESCAPED_BYTE_BASE + byte));
}
