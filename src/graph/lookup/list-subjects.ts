import { byteOrderKey, orderText } from '../../engine/lookup/order-key.ts';
import type {
  Listed,
  ListOptions,
  ListPosition,
  SubjectFilter,
  SubjectsQuestion,
} from '../../engine/permission-engine.ts';
import { UndeclaredRelationError } from '../../errors.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { type Candidate, listInOrder } from './list-in-order.ts';
import type { LookupFacts } from './lookup-facts.ts';

/** The subjects that checks say yes to, ids before sets. @throws {UndeclaredRelationError} as each of the checks would */
export async function listSubjects(
  question: SubjectsQuestion,
  { model, limit, after }: ListOptions,
  facts: LookupFacts,
): Promise<Listed<Subject>> {
  const { set, filter = {} } = question;
  if (model.declaration(set.namespace, set.relation) === 'undeclared') throw new UndeclaredRelationError(set.relation);
  const behind = after === undefined ? undefined : keyOf(after);
  const candidates: Candidate<Subject>[] = [];
  for await (const found of facts.subjects(question)) {
    for (const { value, isMember } of found) {
      if (!isWanted(value, filter)) continue;
      const key = keyOf(positionOf(value));
      if (behind === undefined || key > behind) candidates.push({ key, value, isMember });
    }
    await facts.pause();
  }
  return listInOrder({ candidates, questionOf: (subject) => ({ ...set, subject }), positionOf, facts, limit });
}

/** An id's position has one text, a set's has three. */
function positionOf(subject: Subject): ListPosition {
  return subject.kind === 'id'
    ? [orderText(subject.id)]
    : [orderText(subject.namespace), orderText(subject.object), orderText(subject.relation)];
}

/** Ids before sets. The texts have no NUL, so one ends below whatever could go on in its place. */
function keyOf(position: ListPosition): string {
  return byteOrderKey(`${position.length === 1 ? '0' : '1'}${position.join('\0')}`);
}

function isWanted(subject: Subject, { kind, namespace, relation }: SubjectFilter): boolean {
  if (kind !== undefined && subject.kind !== kind) return false;
  if (subject.kind === 'id') return namespace === undefined && relation === undefined;
  return (
    (namespace === undefined || subject.namespace === namespace) &&
    (relation === undefined || subject.relation === relation)
  );
}
