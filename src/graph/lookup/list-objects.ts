import { byteOrderKey, orderText } from '../../engine/lookup/order-key.ts';
import type { Listed, ListOptions, ObjectsQuestion } from '../../engine/permission-engine.ts';
import { UndeclaredRelationError } from '../../errors.ts';
import { type Candidate, listInOrder } from './list-in-order.ts';
import type { LookupFacts } from './lookup-facts.ts';

/** The objects that checks say yes to. @throws {UndeclaredRelationError} as each of the checks would */
export async function listObjects(
  question: ObjectsQuestion,
  { model, limit, after }: ListOptions,
  facts: LookupFacts,
): Promise<Listed<string>> {
  const { namespace, relation, subject } = question;
  if (model.declaration(namespace, relation) === 'undeclared') throw new UndeclaredRelationError(relation);
  const behind = after === undefined ? undefined : byteOrderKey(after[0] ?? '');
  const candidates: Candidate<string>[] = [];
  for await (const found of facts.objects(question)) {
    for (const { value, isMember } of found) {
      const key = byteOrderKey(orderText(value));
      if (behind === undefined || key > behind) candidates.push({ key, value, isMember });
    }
    await facts.pause();
  }
  return listInOrder({
    candidates,
    questionOf: (object) => ({ namespace, object, relation, subject }),
    positionOf: (object) => [orderText(object)],
    facts,
    limit,
  });
}
