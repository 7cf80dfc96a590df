import type { FactSource } from './fact-source.ts';
import type { Program } from './program.ts';
import type { SubjectShape } from './subject-shape.ts';

/** What a membership is asked of, and by which rules. */
export interface Inquiry {
  readonly program: Program;
  readonly strict: boolean;
  readonly subject: SubjectShape;
  readonly source: FactSource;
}
