import type { Diagnostic } from './diagnostic.ts';

/** A model that cannot be used. */
export class ModelLoadError extends Error {
  /** All that is wrong with it; empty when it could not even be read. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(
    message: string,
    { diagnostics = [], cause }: { diagnostics?: readonly Diagnostic[]; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ModelLoadError';
    this.diagnostics = diagnostics;
  }
}
