/** The change log cannot be what was written: it has a hole, or a change that cannot be read. */
export class ChangeLogError extends Error {
  override readonly name = 'ChangeLogError';
}
