import { SchemaCheck } from '../service/schema-check.ts';
import type { Snaptokens } from '../service/snaptokens.ts';
import { TupleService } from '../service/tuple-service.ts';
import { WriteService } from '../service/write-service.ts';
import type { Parts } from './parts.ts';

/** A log line about writes that the model does not allow comes once in so many milliseconds, whatever their number. */
const WARNING_INTERVAL_MS = 1000;

/** What changes tuples. */
export interface WriteServices {
  readonly write: WriteService;
  readonly tuples: TupleService;
}

/** The services that change tuples; what they take is held against the model in one place. */
export function buildWrites(
  { storage, models, current, logger, metrics }: Pick<Parts, 'storage' | 'models' | 'current' | 'logger' | 'metrics'>,
  snaptokens: Snaptokens,
): WriteServices {
  let silentUntilMs = 0;
  const schema = new SchemaCheck({
    mode: () => current().schema.writes,
    onWarning: ({ count, told }) => {
      if (performance.now() < silentUntilMs) return;
      silentUntilMs = performance.now() + WARNING_INTERVAL_MS;
      logger.warn({ violations: count }, `the model does not allow what was written: ${told}`);
    },
  });
  metrics.addCounter({
    name: 'stheno_schema_violations_total',
    help: 'Tuples of writes that the model does not allow.',
    read: () => schema.violationCount,
  });
  const common = { reader: storage, writer: storage, models, snaptokens, schema };
  return { write: new WriteService(common), tuples: new TupleService(common) };
}
