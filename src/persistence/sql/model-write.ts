import type { NewModel } from '../stored-models.ts';
import type { ModelStatements } from './model-statements.ts';

/** One version of the model that is to be written. */
export interface ModelWrite {
  readonly model: NewModel;
  readonly statements: ModelStatements;
  /** Is told the time of the commit before that ends; each try tells it anew. */
  readonly noteTime: (committedAt: Date) => void;
}
