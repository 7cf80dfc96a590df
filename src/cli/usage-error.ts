/**
 * A call that cannot be understood. Its text is shown on both outputs, with the usage of the command, and exits with
 * 255.
 */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
