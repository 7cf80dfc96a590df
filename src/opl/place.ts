import type { Diagnostic } from './diagnostic.ts';
import type { SourceText } from './source-text.ts';

/** A stretch of a document. */
export interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** A diagnostic of the place. */
export function diagnosticAt(place: Place, severity: Diagnostic['severity'], message: string): Diagnostic {
  const { source, start, end } = place;
  return {
    message,
    severity,
    start: source.position(start),
    end: source.position(end),
    ...(source.name === undefined ? {} : { file: source.name }),
  };
}
