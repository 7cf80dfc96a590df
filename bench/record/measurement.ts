import type { Dataset } from '../datasets/dataset.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { RecordOptions } from './record-options.ts';
import type { ResultLog } from './result-log.ts';

/** What one measurement works with. */
export interface Measurement {
  readonly dataset: Dataset;
  readonly options: RecordOptions;
  readonly generator: LoadGenerator;
  readonly log: ResultLog;
}
