/** A place in a document: line from 1, column from 0 in characters (code points). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a stretch of a document. */
export interface Diagnostic {
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** The first character. */
  readonly start: Position;
  /** The character after the last one. */
  readonly end: Position;
  /** The file, when the model consists of files. */
  readonly file?: string;
}
