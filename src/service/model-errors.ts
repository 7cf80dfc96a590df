import { InvalidArgumentError, SthenoError } from '../errors.ts';
import type { Diagnostic } from '../opl/diagnostic.ts';
import { formatPlace } from '../opl/format-diagnostics.ts';
import { formatTuple } from '../tuple/tuple-text.ts';
import type { OrphanReport, Orphans } from './model-comparison.ts';

/** How much of what is wrong a message tells. */
const MAX_TOLD = 5;

/** Files have errors. */
export function invalidModel(diagnostics: readonly Diagnostic[]): InvalidArgumentError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const told = errors.slice(0, MAX_TOLD).map(({ file, start, message }) => `${formatPlace(file, start)}: ${message}`);
  return new InvalidArgumentError({
    message: `the model has errors: ${told.join('; ')}${andMore(errors.length)}`,
    info: { reason: 'INVALID_MODEL', metadata: { errors: String(errors.length) } },
  });
}

/** The model is not where it could be written. */
export function modelInConfiguration(): SthenoError {
  return new SthenoError('failed_precondition', {
    message:
      'the configuration has the key namespaces, so the model is written there; without that key it is in the database',
    info: { reason: 'MODEL_IN_CONFIGURATION', metadata: {} },
  });
}

/** Another version than the expected one is the newest. */
export function modelChanged(expected: string, found: string): SthenoError {
  return new SthenoError('failed_precondition', {
    message: `the newest version of the model is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
    info: { reason: 'MODEL_CHANGED', metadata: { expected_model_id: expected, model_id: found } },
  });
}

/** There is no version with an id. */
export function unknownModel(id: string): SthenoError {
  return new SthenoError('not_found', {
    message: `there is no version ${JSON.stringify(id)} of the model`,
    info: { reason: 'UNKNOWN_MODEL', metadata: { model_id: id } },
  });
}

/** Stored tuples would lose what they refer to. */
export function orphanedTuples({ orphans, count }: OrphanReport): SthenoError {
  const told = orphans.slice(0, MAX_TOLD).map(inWords);
  return new SthenoError('failed_precondition', {
    message: `the model would orphan stored tuples: ${told.join('; ')}${andMore(orphans.length)}`,
    info: {
      reason: 'ORPHANED_TUPLES',
      metadata: {
        count: String(count),
        lost: orphans
          .slice(0, MAX_TOLD)
          .map((lost) => `${nameOf(lost)}=${lost.count}`)
          .join(','),
      },
    },
  });
}

function inWords(orphans: Orphans): string {
  const { count, inSubject, examples } = orphans;
  const [example] = examples;
  const such = example === undefined ? '' : `, such as ${formatTuple(example)}`;
  const what = `${count} ${count === 1 ? 'tuple' : 'tuples'} ${inSubject ? 'with subjects of' : 'of'}`;
  return `${what} ${nameOf(orphans)}, which is gone${such}`;
}

function nameOf({ namespace, relation }: Orphans): string {
  return relation === '' ? `namespace ${JSON.stringify(namespace)}` : `${namespace}#${relation}`;
}

function andMore(total: number): string {
  return total > MAX_TOLD ? `; and ${total - MAX_TOLD} more` : '';
}
