import { InvalidArgumentError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import { type TupleProblem, tupleProblem } from '../namespace/tuple-rule.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import { mapInTurns } from './map-in-turns.ts';
import type { Call } from './rpc-service.ts';

/** What happens to a tuple that the model does not allow: nothing, a warning, or a refusal of the whole write. */
export type SchemaMode = 'off' | 'warn' | 'enforce';

/** Where a delta stands in a request; undefined when it is all of it. */
export type PlaceOf = (index: number) => string | undefined;

/** How many problems of a write are told. */
const MAX_TOLD = 5;

/** Tuples of one write that the model does not allow. */
export interface SchemaViolations {
  readonly count: number;
  /** Where the first ones are, and why. */
  readonly told: string;
}

/** Holds what is written against the model, as the configuration says (`schema.writes`). */
export class SchemaCheck {
  readonly #mode: () => SchemaMode;
  readonly #onWarning: (violations: SchemaViolations) => void;
  #violationCount = 0;

  constructor({ mode, onWarning }: { mode: () => SchemaMode; onWarning: (violations: SchemaViolations) => void }) {
    this.#mode = mode;
    this.#onWarning = onWarning;
  }

  /** How many tuples were found that the model does not allow. */
  get violationCount(): number {
    return this.#violationCount;
  }

  /**
   * Looks at what is inserted; anything may be deleted. `placeOf` says where a delta stands in the request, if the
   * request has more than it. What `model` does not allow is held against the newest one of any server. Answers the model
   * that decided; undefined when nothing is looked at.
   * @throws {InvalidArgumentError} when the model does not allow all of it and that is enforced
   */
  async check(
    deltas: readonly TupleDelta[],
    { model: known, models, call, placeOf }: { model: Model; models: NewestModel; call: Call; placeOf: PlaceOf },
  ): Promise<Model | undefined> {
    const mode = this.#mode();
    if (mode === 'off') return undefined;
    let model = known;
    let problems = await problemsOf(deltas, model);
    if (problems.some(isProblem)) {
      model = await models.newest(call);
      if (model !== known) problems = await problemsOf(deltas, model);
    }
    const first = problems.findIndex(isProblem);
    if (first === -1) return model;
    const violations = toViolations(problems, placeOf);
    this.#violationCount += violations.count;
    if (mode === 'enforce') throw refusal(violations, first, problems[first] as TupleProblem); // it was just found
    call.setHeader('stheno-schema-violations', String(violations.count));
    this.#onWarning(violations);
    return model;
  }
}

function problemsOf(deltas: readonly TupleDelta[], model: Model): Promise<readonly (TupleProblem | undefined)[]> {
  return mapInTurns(deltas, ({ action, tuple }) => (action === 'insert' ? tupleProblem(tuple, model) : undefined));
}

function isProblem(problem: TupleProblem | undefined): boolean {
  return problem !== undefined;
}

function toViolations(problems: readonly (TupleProblem | undefined)[], placeOf: PlaceOf): SchemaViolations {
  const told: string[] = [];
  let count = 0;
  for (const [index, problem] of problems.entries()) {
    if (problem === undefined) continue;
    count++;
    if (told.length >= MAX_TOLD) continue;
    const place = placeOf(index);
    told.push(place === undefined ? problem.message : `${place}: ${problem.message}`);
  }
  return { count, told: told.join('; ') + (count > MAX_TOLD ? `; and ${count - MAX_TOLD} more` : '') };
}

function refusal({ count, told }: SchemaViolations, index: number, { place }: TupleProblem): InvalidArgumentError {
  return new InvalidArgumentError({
    message: `the model does not allow this: ${told}`,
    info: {
      reason: 'SCHEMA_VIOLATION',
      metadata: { index: String(index), place, violations: String(count) },
    },
  });
}
