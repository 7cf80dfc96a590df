import type { Dataset, DatasetSize } from './dataset.ts';
import { direct } from './direct.ts';
import { drive } from './drive.ts';
import { exclusion } from './exclusion.ts';
import { nested } from './nested.ts';
import { organisation } from './organisation.ts';
import { wide } from './wide.ts';

const BUILDERS: Readonly<Record<string, (size: DatasetSize) => Dataset>> = {
  direct,
  nested,
  wide,
  drive,
  exclusion,
  organisation,
};

/** The names of all datasets, in the order in which they are measured. */
export const DATASET_NAMES: readonly string[] = Object.keys(BUILDERS);

/** @throws when there is none of that name */
export function buildDataset(name: string, size: DatasetSize): Dataset {
  const build = BUILDERS[name];
  if (build === undefined) throw new Error(`unknown dataset "${name}", there are ${DATASET_NAMES.join(', ')}`);
  return build(size);
}
