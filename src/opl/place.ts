import type { Diagnostic } from './diagnostic.ts';
import type { SourceText } from './source-text.ts';

/** A stretch of a text, in UTF-16 units from its beginning. */
export interface Span {
  readonly start: number;
  /** After the last unit. */
  readonly end: number;
}

/** A stretch of a document. */
export interface Place extends Span {
  readonly source: SourceText;
}

/** What is to be said about a place. */
export interface Finding {
  readonly place: Place;
  readonly message: string;
}

export function placeIn(source: SourceText, { start, end }: Span): Place {
  return { source, start, end };
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
