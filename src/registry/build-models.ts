import { namespaceSource } from '../config/namespace-source.ts';
import { ModelLibrary } from '../service/model-library.ts';
import { ModelReadService } from '../service/model-read-service.ts';
import { ModelService } from '../service/model-service.ts';
import type { Snaptokens } from '../service/snaptokens.ts';
import type { Parts } from './parts.ts';

/** What shows and changes the model. */
export interface ModelServices {
  readonly model: ModelService;
  readonly modelRead: ModelReadService;
}

/** The services of the model, which is in the database unless the configuration has one. */
export function buildModels(
  { persister, namespaces, current }: Pick<Parts, 'persister' | 'namespaces' | 'current'>,
  snaptokens: Snaptokens,
): ModelServices {
  const isStored = (): boolean => namespaceSource(current()).kind === 'stored';
  const library = new ModelLibrary({ models: persister.models, namespaces, isStored });
  return {
    model: new ModelService({ library, snaptokens, readRevision: (options) => persister.readRevision(options) }),
    modelRead: new ModelReadService({ library, snaptokens }),
  };
}
