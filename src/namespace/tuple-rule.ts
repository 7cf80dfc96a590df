import type { RelationTuple, Subject } from '../tuple/relation-tuple.ts';
import type { Model } from './model.ts';
import type { Namespace, RelationType } from './namespace.ts';

/** Why a model does not allow a tuple. */
export interface TupleProblem {
  /** The part of the tuple that is wrong. */
  readonly place: 'namespace' | 'relation' | 'subject';
  /** Names the types and relations in question and what would be allowed; the same for all objects. */
  readonly message: string;
}

/**
 * What a model has against a tuple: a namespace or relation that it does not declare, a permit, which no tuple grants,
 * or a subject set of a type that the relation does not name. Subject ids have no type, so every relation takes them;
 * a namespace without declarations takes everything.
 */
export function tupleProblem({ namespace, relation, subject }: RelationTuple, model: Model): TupleProblem | undefined {
  if (!model.has(namespace)) return { place: 'namespace', message: notDeclared(namespace) };
  const { relations } = model.require(namespace);
  if (relations.length === 0) return subjectProblem(subject, model);
  const declared = relations.find(({ name }) => name === relation);
  if (declared === undefined) {
    const message = `relation ${quote(relation)} is not declared in namespace ${quote(namespace)}: expected ${relationNames(relations)}`;
    return { place: 'relation', message };
  }
  if (declared.rewrite !== undefined) {
    const message = `${quote(relation)} is a permit of namespace ${quote(namespace)}, which no tuple grants: expected ${relationNames(relations)}`;
    return { place: 'relation', message };
  }
  return subjectProblem(subject, model) ?? typeProblem(subject, declared.types);
}

function subjectProblem(subject: Subject, model: Model): TupleProblem | undefined {
  if (subject.kind === 'id' || model.has(subject.namespace)) return undefined;
  return { place: 'subject', message: `${notDeclared(subject.namespace)}` };
}

function typeProblem(subject: Subject, types: readonly RelationType[]): TupleProblem | undefined {
  if (subject.kind === 'id') return undefined;
  const { namespace, relation } = subject;
  if (types.some((type) => type.namespace === namespace && type.relation === relation)) return undefined;
  const allowed = types.map(typeName);
  return { place: 'subject', message: `subjects ${typeName(subject)} are not allowed: expected ${oneOf(allowed)}` };
}

function notDeclared(namespace: string): string {
  return `namespace ${quote(namespace)} is not declared`;
}

function relationNames(relations: Namespace['relations']): string {
  return oneOf(relations.filter(({ rewrite }) => rewrite === undefined).map(({ name }) => quote(name)));
}

/** `User` for objects themselves, `Group#members` for the members of a set. */
function typeName({ namespace, relation }: RelationType): string {
  return quote(relation === '' ? namespace : `${namespace}#${relation}`);
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'no tuple at all' : names.join(' or ');
}

function quote(name: string): string {
  return JSON.stringify(name);
}
