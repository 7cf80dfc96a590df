import type {
  DocumentChange,
  DocumentChanges,
  DocumentKey,
  DocumentPage,
  PolicyDocuments,
} from '../policy-documents.ts';
import type { Revision } from '../revision.ts';
import { parseDocumentChange, pathOf } from './document-edit.ts';
import { compilePolicyStatements, type PolicyStatements } from './policy-statements.ts';
import type { CallOptions, SqlDatabase, SqlRow, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue, type Statement } from './statement.ts';
import { toWellFormed } from './stored-string.ts';
import type { WriteQueue } from './write-queue.ts';

/** How many documents one query of a load reads. */
const PAGE_SIZE = 1_000;

/** More changes than these are a reason to load everything anew. */
const MAX_CHANGES = 1_000;

/** The policies and roles of a SQL database. */
export class SqlPolicyDocuments implements PolicyDocuments {
  readonly #database: SqlDatabase;
  readonly #statements: PolicyStatements;
  readonly #writes: Pick<WriteQueue, 'edit'>;

  constructor({ database, writes }: { database: SqlDatabase; writes: Pick<WriteQueue, 'edit'> }) {
    this.#database = database;
    this.#writes = writes;
    this.#statements = compilePolicyStatements(database.syntax);
  }

  async read({ collection, id }: DocumentKey, options: CallOptions = {}): Promise<string | undefined> {
    const values = { path: pathOf({ collection, id: toWellFormed(id) }) };
    const [row] = await this.#query(this.#database.newest, this.#statements.document, values, options);
    return row === undefined ? undefined : String(row[0]);
  }

  async list(
    collection: string,
    { limit, offset, signal }: { limit: number; offset: number } & CallOptions,
  ): Promise<readonly string[]> {
    const values = { collection, limit, offset };
    const rows = await this.#query(this.#database.newest, this.#statements.list, values, { signal });
    return rows.map(([text]) => String(text));
  }

  async edit(
    { collection, id }: DocumentKey,
    change: (current: string | undefined) => string | undefined,
    options: CallOptions = {},
  ): Promise<string | undefined> {
    let text: string | undefined;
    const noted = (current: string | undefined): string | undefined => {
      text = change(current);
      return text;
    };
    await this.#writes.edit({ collection, id: toWellFormed(id), change: noted }, options);
    return text;
  }

  async load(read: (page: DocumentPage) => void | Promise<void>, options: CallOptions = {}): Promise<void> {
    await this.#database.snapshot(async (session) => {
      const [head] = await this.#query(session, this.#statements.head, {}, options);
      if (head === undefined) throw new Error('BUG: the network has no head');
      const revision = Number(head[0]);
      let last = { collection: '', position: 0 };
      for (let isLast = false; !isLast; ) {
        const rows = await this.#query(session, this.#statements.page, { ...last, limit: PAGE_SIZE }, options);
        const documents = rows.map(([collection, , text]) => ({ collection: String(collection), text: String(text) }));
        await read({ revision, documents });
        const end = rows.at(-1);
        if (end !== undefined) last = { collection: String(end[0]), position: Number(end[1]) };
        isLast = rows.length < PAGE_SIZE;
      }
    }, options);
  }

  async readChanges(after: Revision, options: CallOptions = {}): Promise<DocumentChanges> {
    const values = { after, limit: MAX_CHANGES };
    const rows = await this.#query(this.#database.newest, this.#statements.changes, values, options);
    return chainChanges(rows, after);
  }

  #query(
    session: SqlSession,
    statement: Statement,
    values: Readonly<Record<string, SqlValue>>,
    options: CallOptions,
  ): Promise<readonly SqlRow[]> {
    const bound = new Map<string, SqlValue>([...Object.entries(values), ['nid', this.#database.network.nid]]);
    return session.query(bindStatement(statement, bound), options);
  }
}

/**
 * The changes of rows of the statement `changes`. Each names the one before it, so that a log
 * whose beginning is gone, or that goes on after the newest change, is found out.
 */
function chainChanges(rows: readonly SqlRow[], after: Revision): DocumentChanges {
  const newest = Number(rows[0]?.[0]);
  const changes: DocumentChange[] = [];
  let reached = after;
  for (const [, revision, payload] of rows) {
    if (revision === null) break;
    const { previous, collection, id, text } = parseDocumentChange(String(payload));
    if (previous !== reached) return { kind: 'gap' };
    changes.push({ key: { collection, id }, text: text ?? undefined });
    reached = Number(revision);
  }
  return reached === newest ? { kind: 'changes', revision: newest, changes } : { kind: 'gap' };
}
