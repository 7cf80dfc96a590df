import { createHash, timingSafeEqual } from 'node:crypto';
import { InvalidArgumentError } from '../errors.ts';
import type { Revision } from '../persistence/revision.ts';

const VERSION = 1;
const REVISION_BYTES = 6;
const CHECKSUM_BYTES = 8;
const TOKEN_BYTES = 1 + REVISION_BYTES + CHECKSUM_BYTES;

/** What a Keto server sends in the place of a token. Clients that stored it ask for nothing by sending it back. */
const KETO_PLACEHOLDER = 'not yet implemented';

/**
 * Formats revisions as opaque tokens and reads them back. A token carries a version, the
 * revision, and a checksum over both and the network, so a token of another database, or one
 * that was changed on the way, is refused. It is no secret and grants nothing.
 */
export class Snaptokens {
  readonly #networkId: Uint8Array;
  /** Revisions change far less often than requests come: the newest token answers nearly all of them. */
  #newest: { revision: Revision; token: string } | undefined;

  constructor({ networkId }: { networkId: Uint8Array }) {
    this.#networkId = networkId;
  }

  format(revision: Revision): string {
    if (this.#newest?.revision === revision) return this.#newest.token;
    const bytes = Buffer.alloc(TOKEN_BYTES);
    bytes[0] = VERSION;
    bytes.writeUIntBE(revision, 1, REVISION_BYTES);
    this.#checksum(bytes).copy(bytes, 1 + REVISION_BYTES);
    const token = bytes.toString('base64url');
    this.#newest = { revision, token };
    return token;
  }

  /**
   * The revision of a token; undefined for no token.
   * @throws {InvalidArgumentError} for anything that this network's servers did not make
   */
  parse(token: string): Revision | undefined {
    if (token === '' || token === KETO_PLACEHOLDER) return undefined;
    if (token === this.#newest?.token) return this.#newest.revision;
    const bytes = Buffer.from(token.length > 2 * TOKEN_BYTES ? '' : token, 'base64url');
    const isOurs =
      bytes.length === TOKEN_BYTES &&
      bytes[0] === VERSION &&
      bytes.toString('base64url') === token &&
      timingSafeEqual(this.#checksum(bytes), bytes.subarray(1 + REVISION_BYTES));
    if (!isOurs) throw new InvalidArgumentError({ message: 'invalid snaptoken: it was not issued by this network' });
    return bytes.readUIntBE(1, REVISION_BYTES);
  }

  #checksum(bytes: Buffer): Buffer {
    const hash = createHash('sha256')
      .update(this.#networkId)
      .update(bytes.subarray(0, 1 + REVISION_BYTES));
    return hash.digest().subarray(0, CHECKSUM_BYTES);
  }
}
