/** A DSN that cannot be used. The message shows no more of it than its scheme: it may hold a password. */
export class DsnError extends Error {
  override readonly name = 'DsnError';
}
