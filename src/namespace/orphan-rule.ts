import type { TupleShape } from '../tuple/tuple-shape.ts';
import type { Model } from './model.ts';
import type { Namespace } from './namespace.ts';

/** What tuples refer to and a newer model does not have. */
export interface LostReference {
  readonly namespace: string;
  /** Empty when the whole namespace is gone. */
  readonly relation: string;
  /** Whether it is the subject that refers to it. */
  readonly inSubject: boolean;
}

/** What tuples of a shape lose when one model takes the place of another. What they lacked before is no loss. */
export function lostReferences(
  { namespace, relation, subject }: TupleShape,
  before: Model,
  after: Model,
): LostReference[] {
  const lost: LostReference[] = [];
  if (canHold(before, namespace, relation) && !canHold(after, namespace, relation)) {
    lost.push(lostIn(after, namespace, relation, false));
  }
  if (subject.kind === 'set') {
    const { namespace: of, relation: members } = subject;
    if (canRefer(before, of, members) && !canRefer(after, of, members)) lost.push(lostIn(after, of, members, true));
  }
  return lost;
}

/** Whether there can be tuples that lose something at all. */
export function canLose(before: Model, after: Model): boolean {
  return before.list().some((namespace) => !after.has(namespace.name) || losesRelation(namespace, after));
}

function losesRelation({ name, relations }: Namespace, after: Model): boolean {
  const left = after.require(name).relations;
  // Where nothing is declared everything is allowed.
  if (left.length === 0) return false;
  if (relations.length === 0) return true;
  return relations.some(
    ({ name: relation, rewrite }) =>
      !canRefer(after, name, relation) || (rewrite === undefined && !canHold(after, name, relation)),
  );
}

/** Whether tuples may be stored there: permits are computed. */
function canHold(model: Model, namespace: string, relation: string): boolean {
  if (!model.has(namespace)) return false;
  const declaration = model.declaration(namespace, relation);
  if (typeof declaration === 'string') return declaration === 'none';
  return declaration.rewrite === undefined;
}

function canRefer(model: Model, namespace: string, relation: string): boolean {
  return model.has(namespace) && model.declaration(namespace, relation) !== 'undeclared';
}

function lostIn(after: Model, namespace: string, relation: string, inSubject: boolean): LostReference {
  return { namespace, relation: after.has(namespace) ? relation : '', inSubject };
}
