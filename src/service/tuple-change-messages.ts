import { TupleChange_Action as Action, type TupleChange } from '#gen/stheno/v1/watch_service_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import { tupleFromProto } from './messages.ts';

/**
 * @param place is put before what names the change in errors
 * @throws {InvalidArgumentError} without a tuple or subject, and for an action that is none
 */
export function deltaFromChange({ action, tuple }: TupleChange, index: number, place = ''): TupleDelta {
  const path = `${place}changes[${index}]`;
  if (tuple === undefined) throw new InvalidArgumentError({ message: `${path}.tuple is missing` });
  if (tuple.subject?.ref.case === undefined) {
    throw new InvalidArgumentError({ message: `${path}.tuple.subject is missing` });
  }
  switch (action) {
    case Action.INSERT:
      return { action: 'insert', tuple: tupleFromProto(tuple) };
    case Action.DELETE:
      return { action: 'delete', tuple: tupleFromProto(tuple) };
    default:
      throw new InvalidArgumentError({
        message: `${path}.action must be ACTION_INSERT or ACTION_DELETE, but is ${Action[action] ?? action}`,
      });
  }
}
