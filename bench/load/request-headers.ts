const METHOD_POST = 0x83;
const SCHEME_HTTP = 0x86;
/** Places of names in the static table (RFC 7541, appendix A). */
const NAMES = { authority: 1, path: 4, contentType: 31, userAgent: 58 } as const;
/** The entry of the dynamic table that was added last. */
const NEWEST_ENTRY = 62;
/** How many entries a request adds besides its path. */
const COMMON_ENTRIES = 5;

/**
 * The header blocks of one connection (RFC 7541): what is sent for the first time is added to the server's table, and
 * all later requests refer to it, as usual clients do.
 */
export class RequestHeaders {
  readonly #authority: string;
  /** Numbers of the added entries, counted from the first one. */
  readonly #paths = new Map<string, number>();
  #added = 0;
  /** The blocks of known paths; entries move when one is added. */
  readonly #blocks = new Map<string, Buffer>();

  constructor(authority: string) {
    this.#authority = authority;
  }

  block(path: string): Buffer {
    const known = this.#blocks.get(path);
    if (known !== undefined) return known;
    return this.#paths.has(path) ? this.#remember(path) : this.#introduce(path);
  }

  #introduce(path: string): Buffer {
    const isFirst = this.#added === 0;
    const common = isFirst
      ? [
          added(NAMES.authority, this.#authority),
          added(NAMES.contentType, 'application/grpc'),
          added(NAMES.userAgent, 'stheno-bench'),
          added('te', 'trailers'),
          added('grpc-accept-encoding', 'identity,deflate,gzip'),
        ]
      : [];
    this.#paths.set(path, this.#added++);
    this.#added += common.length;
    this.#blocks.clear();
    const references = isFirst ? [] : this.#commonReferences();
    return Buffer.concat([Buffer.from([METHOD_POST, SCHEME_HTTP]), added(NAMES.path, path), ...common, ...references]);
  }

  #remember(path: string): Buffer {
    const place = this.#reference(this.#paths.get(path) ?? 0);
    const block = Buffer.concat([Buffer.from([METHOD_POST, SCHEME_HTTP]), place, ...this.#commonReferences()]);
    this.#blocks.set(path, block);
    return block;
  }

  /** They were added right after the first path. */
  #commonReferences(): Buffer[] {
    return Array.from({ length: COMMON_ENTRIES }, (_, place) => this.#reference(place + 1));
  }

  #reference(entry: number): Buffer {
    return Buffer.from([0x80 | (NEWEST_ENTRY + this.#added - 1 - entry)]);
  }
}

/** A header that the server is to remember; its name is a place in the static table or spelled out. */
function added(name: number | string, value: string): Buffer {
  const isKnown = typeof name === 'number';
  const head = Buffer.from([0x40 | (isKnown ? name : 0)]);
  return Buffer.concat(isKnown ? [head, literal(value)] : [head, literal(name), literal(value)]);
}

/** A string of fewer than 127 bytes, without Huffman coding. */
function literal(text: string): Buffer {
  if (text.length >= 127) throw new Error(`header value of ${text.length} bytes`);
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}
