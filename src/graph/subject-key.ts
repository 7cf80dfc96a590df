import type { Subject } from '../tuple/relation-tuple.ts';

/** Equal for equal subjects only: sets begin with a bracket, ids with an equals sign. */
export function subjectKey(subject: Subject): string {
  if (subject.kind === 'id') return `=${subject.id}`;
  return JSON.stringify([subject.namespace, subject.object, subject.relation]);
}
