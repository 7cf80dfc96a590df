import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { InvalidArgumentError } from '../errors.ts';
import type { PagePosition } from '../persistence/tuple-reader.ts';
import type { RelationQuery } from '../tuple/relation-tuple.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LIFETIME_MS = 60 * 60 * 1000;

/** Without `secrets.pagination` tokens are only obfuscated: they hold nothing that the page before did not show. */
const WELL_KNOWN_SECRET = 'page tokens without a secret';

/** Between the parts of a token's content, none of which has it. */
const SEPARATOR = '\0';

/** What is listed in pages: a query, or the method and what else makes up the question. */
export type PagedQuestion = RelationQuery | readonly (string | null)[];

/** What a token says: where the page begins, and which query it belongs to. */
interface Content {
  readonly query: string;
  readonly after: PagePosition;
}

/**
 * Seals where a listing goes on into opaque tokens (contract: REST §5). The first secret
 * seals; all of them open, so that secrets can be replaced.
 */
export class PageTokens {
  readonly #secrets: () => readonly string[];
  readonly #nowMs: () => number;

  constructor({ secrets, nowMs = Date.now }: { secrets: () => readonly string[]; nowMs?: () => number }) {
    this.#secrets = secrets;
    this.#nowMs = nowMs;
  }

  /** The token of the page that begins at a position: at most 3 KiB, so that it fits into a URL. */
  seal(query: PagedQuestion, after: PagePosition): string {
    const content = [digest(query), this.#nowMs(), ...after].join(SEPARATOR);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys()[0] as Buffer, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    return base64url(sealed);
  }

  /**
   * Where the page begins.
   * @throws {InvalidArgumentError} when the token is not one of ours, expired, or of another query
   */
  open(token: string, query: PagedQuestion): PagePosition {
    const content = this.#unseal(token);
    if (content.query !== digest(query)) throw invalidToken();
    return content.after;
  }

  /** Whether a token may be used at all, whatever its query. @throws {InvalidArgumentError} when not */
  verify(token: string): void {
    this.#unseal(token);
  }

  #unseal(token: string): Content {
    const bytes = Buffer.from(token, 'base64url');
    if (base64url(bytes) !== token || bytes.length < NONCE_BYTES + TAG_BYTES) throw invalidToken();
    for (const key of this.#keys()) {
      const text = decrypt(key, bytes);
      if (text === undefined) continue;
      const [query = '', issuedAtMs, ...after] = text.split(SEPARATOR);
      if (this.#nowMs() - Number(issuedAtMs) > LIFETIME_MS) {
        throw new InvalidArgumentError({ message: 'page token expired, do not persist page tokens' });
      }
      return { query, after };
    }
    throw invalidToken();
  }

  #keys(): Buffer[] {
    const secrets = this.#secrets();
    return (secrets.length === 0 ? [WELL_KNOWN_SECRET] : secrets).map((secret) =>
      createHash('sha256').update(secret).digest(),
    );
  }
}

function invalidToken(): InvalidArgumentError {
  return new InvalidArgumentError({ message: 'invalid pagination token' });
}

function decrypt(key: Buffer, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
  } catch {
    return undefined; // another key's token, or changed on the way
  }
}

/** URL-safe base64 with padding, as clients of the original may expect. */
function base64url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function digest(question: PagedQuestion): string {
  // In a list of its own, so that no question looks like a query.
  const parts = isQuery(question) ? queryParts(question) : [question];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

function isQuery(question: PagedQuestion): question is RelationQuery {
  return !Array.isArray(question);
}

function queryParts({ namespace, object, relation, subject }: RelationQuery): (string | null)[] {
  return [namespace ?? null, object ?? null, relation ?? null, ...subjectParts(subject)];
}

/** None, one or three parts, so that no two queries look alike. */
function subjectParts(subject: RelationQuery['subject']): string[] {
  if (subject === undefined) return [];
  return subject.kind === 'id' ? [subject.id] : [subject.namespace, subject.object, subject.relation];
}
