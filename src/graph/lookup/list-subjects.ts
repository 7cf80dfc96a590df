import type { Listed, ListOptions, SubjectsQuestion } from '../../engine/permission-engine.ts';
import { UndeclaredRelationError } from '../../errors.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { listInOrder } from './list-in-order.ts';
import type { LookupFacts } from './lookup-facts.ts';
import { placeOfSubject, positionOfSubject } from './subject-place.ts';

/** The subjects that checks say yes to, ids before sets. @throws {UndeclaredRelationError} as each of the checks would */
export async function listSubjects(
  question: SubjectsQuestion,
  { model, limit, after: position }: ListOptions,
  facts: LookupFacts,
): Promise<Listed<Subject>> {
  const { set } = question;
  if (model.declaration(set.namespace, set.relation) === 'undeclared') throw new UndeclaredRelationError(set.relation);
  const after = position && placeOfSubject(position);
  return listInOrder({
    ordered: await facts.subjects(question, after),
    after,
    questionOf: (subject) => ({ ...set, subject }),
    positionOf: positionOfSubject,
    facts,
    limit,
  });
}
