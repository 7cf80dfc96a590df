import {
  RelationTupleDelta_Action as Action,
  type RelationTupleDelta,
  RelationTupleDeltaSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { InvalidArgumentError, MissingSubjectError } from '../../errors.ts';
import { mapInTurns } from '../../service/map-in-turns.ts';
import { jsonArray, jsonFields, jsonString } from './json-fields.ts';
import { readTupleJson, type TupleJson, tupleMessage } from './tuple-json.ts';

/** A change as JSON has it, not yet known to be one that can be made. */
interface DeltaJson {
  readonly action: string;
  readonly relationTuple: TupleJson | undefined;
}

/**
 * The deltas of an array of any length (contract: REST §8.2). All types are looked at first; then, element by
 * element: is there a tuple, has it a subject, is the action known.
 * @throws {JsonError} for a wrong type
 * @throws {InvalidArgumentError} for the first element that is no change
 */
export async function readDeltas(value: unknown): Promise<RelationTupleDelta[]> {
  return mapInTurns(await mapInTurns(jsonArray(value ?? undefined, 'the body'), readDeltaJson), deltaMessage);
}

function readDeltaJson(value: unknown, index: number): DeltaJson | null {
  if (value === null) return null;
  const path = `[${index}]`;
  const fields = jsonFields(value, ['action', 'relation_tuple'], path);
  const relationTuple = fields.relation_tuple;
  return {
    action: jsonString(fields.action, `${path}.action`) ?? '',
    relationTuple: relationTuple === undefined ? undefined : readTupleJson(relationTuple, `${path}.relation_tuple`),
  };
}

function deltaMessage(delta: DeltaJson | null, index: number): RelationTupleDelta {
  if (delta === null) throw new InvalidArgumentError({ message: `[${index}] is null, but must be a delta` });
  if (delta.relationTuple === undefined) throw new InvalidArgumentError({ message: 'relation_tuple is missing' });
  const relationTuple = tupleMessage(delta.relationTuple);
  if (relationTuple.subject === undefined) throw new MissingSubjectError();
  // Spelled out as in tuple-json.ts: `create` would cost more than what is in it.
  return { $typeName: RelationTupleDeltaSchema.typeName, action: actionOf(delta.action), relationTuple };
}

function actionOf(name: string): Action {
  if (name === 'insert') return Action.INSERT;
  if (name === 'delete') return Action.DELETE;
  throw new InvalidArgumentError({ message: `unknown action ${name}` });
}
