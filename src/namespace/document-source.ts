/** A file's content, or that of what stands for a file. */
export interface ModelDocument {
  /** For messages: the file's path below the configured one, never more of the machine. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where the documents of a model come from. Disposing ends the watch and what is being read. */
export interface DocumentSource extends AsyncDisposable {
  /**
   * The newest version, in the order of the names.
   * @throws {Error} when there is none, with a message that clients may see
   */
  read(): Promise<readonly ModelDocument[]>;
  /** Calls back, again and again, when the newest version may have become another. Called once at most. */
  watch(onChange: () => void): void;
}
