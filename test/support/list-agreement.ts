import assert from 'node:assert/strict';
import type { List, ListOptions, ListPosition, PermissionEngine } from '../../src/engine/permission-engine.ts';
import { UndeclaredRelationError } from '../../src/errors.ts';
import type { RelationTuple, Subject } from '../../src/tuple/relation-tuple.ts';
import { formatSubject } from '../../src/tuple/tuple-text.ts';
import type { RandomWorld } from './random-world.ts';
import { referenceCheck } from './reference-evaluator.ts';

/** Deeper than any path without a repetition in a random world. */
const UNLIMITED_DEPTH = 65_535;

/** The depths of interest: beyond them hardly anything changes in a random world. */
const MAX_DEPTH = 8;

type Lists = Pick<PermissionEngine, 'listObjects' | 'listSubjects'>;

/**
 * Lists objects and subjects for every question of a world, whole and in pages of one and two, and holds them against
 * what the reference says of each object and subject that is stored.
 */
export async function assertListsAgree(
  { model, strict, tuples, questions }: RandomWorld,
  engines: readonly Lists[],
): Promise<void> {
  const options = { model, strict, maxDepth: UNLIMITED_DEPTH };
  const isMember = (question: RelationTuple): boolean => referenceCheck(model, tuples, question, strict) === 'member';
  for (const { namespace, object, relation, subject } of questions) {
    const isAnError = model.declaration(namespace, relation) === 'undeclared';
    const objects = storedObjects(tuples, namespace).filter((one) =>
      isMember({ namespace, object: one, relation, subject }),
    );
    const subjects = storedSubjects(tuples).filter((one) => isMember({ namespace, object, relation, subject: one }));
    for (const lists of engines) {
      const listObjects = (page: Page) => lists.listObjects({ namespace, relation, subject }, { ...options, ...page });
      const listSubjects = (page: Page) =>
        lists.listSubjects({ set: { namespace, object, relation } }, { ...options, ...page });
      if (isAnError) {
        await assert.rejects(listObjects({}), UndeclaredRelationError);
        await assert.rejects(listSubjects({}), UndeclaredRelationError);
        continue;
      }
      for (const limit of [undefined, 1, 2]) {
        const what = `${namespace}:${object}#${relation}@${formatSubject(subject)}, pages of ${limit}`;
        assert.deepEqual(await allPages(listObjects, limit), objects, `objects of ${what}`);
        const found = await allPages(listSubjects, limit);
        assert.deepEqual(found.map(formatSubject), subjects.map(formatSubject), `subjects of ${what}`);
      }
    }
  }
}

/** Lists with every depth, and holds them against the checks of the same engine; limitations are those of a check, too. */
export async function assertListsAgreeAtEveryDepth(
  { model, strict, tuples, questions }: RandomWorld,
  engine: Lists & Pick<PermissionEngine, 'check'>,
): Promise<void> {
  for (const { namespace, object, relation, subject } of questions) {
    if (model.declaration(namespace, relation) === 'undeclared') continue;
    for (let maxDepth = 1; maxDepth <= MAX_DEPTH; maxDepth++) {
      const options = { model, strict, maxDepth };
      const isMember = async (one: RelationTuple): Promise<boolean> =>
        (await engine.check([one], options)).answers[0]?.kind === 'member';
      const objects = [];
      for (const one of storedObjects(tuples, namespace)) {
        if (await isMember({ namespace, object: one, relation, subject })) objects.push(one);
      }
      const subjects = [];
      for (const one of storedSubjects(tuples)) {
        if (await isMember({ namespace, object, relation, subject: one })) subjects.push(formatSubject(one));
      }
      const { found } = await engine.listObjects({ namespace, relation, subject }, options);
      assert.deepEqual(found, objects, `objects at depth ${maxDepth}`);
      const { found: who } = await engine.listSubjects({ set: { namespace, object, relation } }, options);
      assert.deepEqual(who.map(formatSubject), subjects, `subjects at depth ${maxDepth}`);
    }
  }
}

type Page = Pick<ListOptions, 'limit' | 'after'>;

/** A whole list in pages; no page but the last is shorter than it may be. */
export async function allPages<T>(list: (page: Page) => Promise<List<T>>, limit?: number): Promise<T[]> {
  const all: T[] = [];
  let after: ListPosition | undefined;
  do {
    const { found, next } = await list({ limit, after });
    if (next !== undefined) assert.equal(found.length, limit);
    all.push(...found);
    after = next;
  } while (after !== undefined);
  return all;
}

/** The objects of a namespace that tuples are stored of, in the order of their bytes. */
export function storedObjects(tuples: readonly RelationTuple[], namespace: string): string[] {
  const objects = tuples.filter((tuple) => tuple.namespace === namespace).map(({ object }) => object);
  return [...new Set(objects)].sort(compareBytes);
}

/** The subjects of tuples, ids before sets, in the order of their bytes. */
function storedSubjects(tuples: readonly RelationTuple[]): Subject[] {
  const subjects = new Map(tuples.map(({ subject }) => [JSON.stringify(partsOf(subject)), subject]));
  return [...subjects.values()].sort((a, b) => compareParts(partsOf(a), partsOf(b)));
}

function partsOf(subject: Subject): string[] {
  return subject.kind === 'id' ? ['0', subject.id] : ['1', subject.namespace, subject.object, subject.relation];
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const order = compareBytes(part, b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
