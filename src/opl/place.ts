import type { Diagnostic } from './diagnostic.ts';
import type { SourceText } from './source-text.ts';

/** A stretch of a document. */
export interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** What is to be said about a place. */
export interface Finding {
  readonly place: Place;
  readonly message: string;
}

export function toDiagnostic({ place, message }: Finding, severity: Diagnostic['severity']): Diagnostic {
  const { source, start, end } = place;
  return {
    message,
    severity,
    start: source.position(start),
    end: source.position(end),
    ...(source.name === undefined ? {} : { file: source.name }),
  };
}
