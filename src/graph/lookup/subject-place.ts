import { orderText } from '../../engine/lookup/order-text.ts';
import { BEHIND, bytesKey, nameKey } from '../../engine/lookup/text-key.ts';
import type { ListPosition, SubjectFilter } from '../../engine/permission-engine.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import type { TextPlace } from './ordered-candidates.ts';

/** An id's position has one text, a set's has three. */
export function positionOfSubject(subject: Subject): ListPosition {
  return subject.kind === 'id'
    ? [orderText(subject.id)]
    : [orderText(subject.namespace), orderText(subject.object), orderText(subject.relation)];
}

/** Ids before sets. The texts have no NUL, so one ends below whatever could go on in its place. */
export function placeOfSubject(position: ListPosition): TextPlace {
  const bytes = Buffer.from(position.join('\0'));
  const first = position.length === 1 ? 0 : BEHIND;
  return (part) => bytesKey(bytes, part) + (part === 0 ? first : 0);
}

/** The key of a part of the text that a subject stands for in the order of a list. */
export function subjectPartKey(subject: Subject, part: number): number {
  return subject.kind === 'id' ? nameKey(subject.id, part) : placeOfSubject(positionOfSubject(subject))(part);
}

export function isWanted(subject: Subject, { kind, namespace, relation }: SubjectFilter): boolean {
  if (kind !== undefined && subject.kind !== kind) return false;
  if (subject.kind === 'id') return namespace === undefined && relation === undefined;
  return (
    (namespace === undefined || subject.namespace === namespace) &&
    (relation === undefined || subject.relation === relation)
  );
}
