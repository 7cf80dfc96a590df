import type { ExpandTree } from '../../src/engine/permission-engine.ts';
import type { Model } from '../../src/namespace/model.ts';
import type { Subject } from '../../src/tuple/relation-tuple.ts';

/**
 * Whether an expanded tree has a subject among its members: its operators, and its leaves compared
 * with the subject. An id is a member where a leaf is that id.
 *
 * A set is one where it was stored, and not where a rule looks at it: a node says both with its
 * subject. The nodes right below a stored relation are stored, those below a permit are looked at;
 * a traverse shows as a node of a relation with nodes below that are looked at, so that trees with
 * traverses can be asked for ids only.
 */
export function hasMember(tree: ExpandTree, subject: Subject, model: Model): boolean {
  return isMember(tree, { subject, model, text: textOf(subject) }, false);
}

interface Question {
  readonly subject: Subject;
  readonly model: Model;
  readonly text: string;
}

function isMember({ kind, subject, children }: ExpandTree, question: Question, isStored: boolean): boolean {
  const isThis = subject !== undefined && textOf(subject) === question.text;
  if (isThis && (isStored || subject.kind === 'id')) return true;
  const storesChildren = subject?.kind === 'set' && !isPermit(question.model, subject);
  const have = children.map((child) => isMember(child, question, storesChildren));
  switch (kind) {
    case 'leaf': // also every other node without children
      return false;
    case 'union':
      return have.includes(true);
    case 'intersection':
      return !have.includes(false);
    case 'exclusion':
      return !have.includes(true);
  }
}

function isPermit(model: Model, { namespace, relation }: { namespace: string; relation: string }): boolean {
  const declaration = model.declaration(namespace, relation);
  return typeof declaration !== 'string' && declaration.rewrite !== undefined;
}

function textOf(subject: Subject): string {
  if (subject.kind === 'id') return JSON.stringify([subject.id]);
  return JSON.stringify([subject.namespace, subject.object, subject.relation]);
}
