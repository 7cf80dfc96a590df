import { create } from '@bufbuild/protobuf';
import { TupleChange_Action as Action, type TupleChange, TupleChangeSchema } from '#gen/stheno/v1/watch_service_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import { tupleFromProto, tupleToProto } from './messages.ts';

/** @throws {InvalidArgumentError} that names the change: without a tuple or subject, or with an action that is none */
export function deltaFromChange({ action, tuple }: TupleChange, index: number): TupleDelta {
  const path = `changes[${index}]`;
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

export function changeFromDelta({ action, tuple }: TupleDelta): TupleChange {
  return create(TupleChangeSchema, {
    action: action === 'insert' ? Action.INSERT : Action.DELETE,
    tuple: tupleToProto(tuple),
  });
}
