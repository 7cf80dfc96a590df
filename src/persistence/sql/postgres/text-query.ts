import type pg from 'pg';

/** What a query does with the driver's connection. Its types lack the last two, and want an argument more than there is. */
interface WireConnection {
  readonly stream: { cork(): void; uncork(): void };
  /** The texts of the statements that the connection has prepared, by their names; the driver keeps it. */
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  parse(statement: { name: string; text: string; types: readonly number[] }): void;
  bind(portal: { portal: string; statement: string; values: readonly string[] }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
}

/** A row as the server sends it, each value as a text. */
export type TextRow = readonly (string | null)[];

/**
 * A named statement whose values and columns are taken as texts, for the statements that run with every request and those
 * with very many rows. The driver's own query asks what the columns are each time, and converts each of them; this one does
 * neither, which saves half of its work, and the server's. The rest is the driver's: it prepares a statement once a
 * connection, and sends what belongs together at once (PostgreSQL: Message Flow, Extended Query).
 */
export class TextQuery implements pg.Submittable {
  readonly rows: TextRow[] = [];
  /** The driver calls it once, with an error or at the end. */
  callback: ((error: Error | null) => void) | undefined;
  readonly name: string;
  readonly text: string;
  /** The driver's own time limit. */
  readonly query_timeout: number;
  readonly #values: readonly string[];

  constructor(query: { name: string; text: string; values: readonly string[]; timeoutMs: number }) {
    this.name = query.name;
    this.text = query.text;
    this.query_timeout = query.timeoutMs;
    this.#values = query.values;
  }

  submit(connection: pg.Connection): void {
    const { name, text } = this;
    const wire = connection as unknown as WireConnection; // see there
    wire.stream.cork();
    if (wire.parsedStatements[name] === undefined) wire.parse({ name, text, types: [] });
    wire.bind({ portal: '', statement: name, values: this.#values });
    wire.execute({ portal: '', rows: 0 });
    wire.sync();
    wire.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: TextRow }): void {
    this.rows.push(fields);
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}
