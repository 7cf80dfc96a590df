import { orderText } from '../../engine/lookup/order-text.ts';
import { bytesKey } from '../../engine/lookup/text-key.ts';
import type { Listed, ListOptions, ObjectsQuestion } from '../../engine/permission-engine.ts';
import { UndeclaredRelationError } from '../../errors.ts';
import { listInOrder } from './list-in-order.ts';
import type { LookupFacts } from './lookup-facts.ts';

/** The objects that checks say yes to. @throws {UndeclaredRelationError} as each of the checks would */
export async function listObjects(
  question: ObjectsQuestion,
  { model, limit, after: position }: ListOptions,
  facts: LookupFacts,
): Promise<Listed<string>> {
  const { namespace, relation, subject } = question;
  if (model.declaration(namespace, relation) === 'undeclared') throw new UndeclaredRelationError(relation);
  const text = position === undefined ? undefined : Buffer.from(position[0] ?? '');
  const after = text && ((part: number) => bytesKey(text, part));
  return listInOrder({
    ordered: await facts.objects(question, after),
    after,
    questionOf: (object) => ({ namespace, object, relation, subject }),
    positionOf: (object) => [orderText(object)],
    facts,
    limit,
  });
}
