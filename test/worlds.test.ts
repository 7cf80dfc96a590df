import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import type { CheckAnswer, ExpandTree } from '../src/engine/permission-engine.ts';
import { type EngineStorage, SqlPermissionEngine } from '../src/graph/sql-permission-engine.ts';
import { openPersister } from '../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../src/tuple/relation-tuple.ts';
import { MemoryReader } from './support/memory-reader.ts';
import { parseTestSet, parseTestTuple } from './support/parse-test-tuple.ts';
import { modelOf, readWorlds, type World } from './support/world.ts';

const DEFAULT_MAX_DEPTH = 5;
const DEFAULT_MAX_NODES = 4000;

const files = readdirSync(new URL('conformance/worlds/', import.meta.url)).map((file) => `worlds/${file}`);

const sqlite = await openPersister({ dsn: 'memory' });
after(() => sqlite[Symbol.asyncDispose]());

for (const { storage, store } of [
  { storage: 'memory', store: async (tuples: readonly RelationTuple[]) => new MemoryReader(tuples) },
  { storage: 'SQLite', store: rewriteSqlite },
]) {
  for (const file of [...files, 'opl/proofs.json']) {
    describe(`${file} over ${storage}`, () => {
      for (const world of readWorlds(file)) {
        // A model that we reject answers nothing; the tests of the language pin that.
        if (world.differs?.rejected === true) continue;
        const open = async (): Promise<SqlPermissionEngine> =>
          new SqlPermissionEngine({ persister: await store(world.tuples.map(parseTestTuple)) });
        if (world.checks !== undefined) it(`checks: ${world.name}`, async () => replayChecks(world, await open()));
        if (world.expands !== undefined) it(`expands: ${world.name}`, async () => replayExpands(world, await open()));
      }
    });
  }
}

async function rewriteSqlite(tuples: readonly RelationTuple[]): Promise<EngineStorage> {
  await sqlite.deleteTuples({});
  await sqlite.writeTuples(tuples.map((tuple) => ({ action: 'insert', tuple })));
  return sqlite;
}

async function replayChecks(world: World, engine: SqlPermissionEngine): Promise<void> {
  const model = modelOf(world);
  const { strict = false, max_read_depth = DEFAULT_MAX_DEPTH } = world.config ?? {};
  for (const [i, [tuple, depth, recorded]] of (world.checks ?? []).entries()) {
    const question = parseTestTuple(tuple);
    const { subject } = question;
    // Unknown namespaces are answered before a question gets to the engine.
    if (!model.has(question.namespace) || (subject.kind === 'set' && !model.has(subject.namespace))) continue;
    const maxDepth = depth < 1 || depth > max_read_depth ? max_read_depth : depth;
    const { answers } = await engine.check([question], { model, strict, maxDepth });
    const differing = world.differs?.checks?.[i];
    const expected = differing === undefined ? recorded : differing.answer;
    const outcome = outcomeOf(answers[0] as CheckAnswer, strict); // one question, one answer
    assert.ok(
      isExpected(outcome, expected),
      `${JSON.stringify(tuple)} at ${depth}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(outcome)}`,
    );
  }
}

async function replayExpands(world: World, engine: SqlPermissionEngine): Promise<void> {
  const model = modelOf(world);
  const { strict = false, max_read_depth = DEFAULT_MAX_DEPTH } = world.config ?? {};
  const { max_expand_size: maxNodes = DEFAULT_MAX_NODES, expand_rewrites: rewrites = false } = world.config ?? {};
  for (const [i, [text, depth, recorded]] of (world.expands ?? []).entries()) {
    const set = parseTestSet(text);
    if (!model.has(set.namespace)) continue;
    const maxDepth = depth < 1 || depth > max_read_depth ? max_read_depth : depth;
    const { tree } = await engine.expand(set, { model, strict, maxDepth, rewrites, maxNodes });
    const differing = world.differs?.expands?.[i];
    const expected = differing === undefined ? recorded : differing.answer;
    assert.deepEqual(treeJson(tree), inOrder(expected), `${JSON.stringify(text)} at ${depth}`);
  }
}

/** A tree as REST writes it, with the children in an order of their own. */
function treeJson(tree: ExpandTree | undefined): unknown {
  if (tree === undefined) return { code: 404, status: 'Not Found', message: 'no relation tuple found' };
  return inOrder(nodeJson(tree));
}

function nodeJson({ kind, subject, children }: ExpandTree): unknown {
  const tuple: Record<string, unknown> = { namespace: '', object: '', relation: '' };
  if (subject?.kind === 'id') tuple.subject_id = subject.id;
  if (subject?.kind === 'set') {
    const { namespace, object, relation } = subject;
    tuple.subject_set = { namespace, object, relation };
  }
  return { type: kind, ...(children.length > 0 && { children: children.map(nodeJson) }), tuple };
}

function inOrder(node: unknown): unknown {
  if (typeof node !== 'object' || node === null || !('children' in node)) return node;
  const children = (node.children as unknown[]).map(inOrder);
  const keyed = children.map((child) => ({ child, key: JSON.stringify(child, sortedKeys) }));
  return { ...node, children: keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ child }) => child) };
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Outcome = boolean | { readonly code: string; readonly message: string | undefined };

/** An answer as the recordings write it; a limit that ran out is a no outside strict mode. */
function outcomeOf(answer: CheckAnswer, strict: boolean): Outcome {
  switch (answer.kind) {
    case 'member':
      return true;
    case 'not-member':
      return false;
    case 'unknown':
      return strict ? { code: 'FAILED_PRECONDITION', message: `max_${answer.limitation}_exceeded` } : false;
    case 'error':
      return { code: answer.error.code.toUpperCase(), message: answer.error.reason };
  }
}

interface RecordedError {
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  readonly reason?: string;
}

const CODES: Readonly<Record<number, string>> = { 400: 'INVALID_ARGUMENT', 422: 'FAILED_PRECONDITION' };

function isExpected(outcome: Outcome, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return outcome === expected;
  if ('any' in expected) return (expected.any as unknown[]).some((one) => isExpected(outcome, one));
  if (typeof outcome === 'boolean') return false;
  // Errors of `opl/` were recorded over REST.
  const { status, reason, code = CODES[status ?? 0], message } = expected as RecordedError;
  const text = reason ?? message;
  return outcome.code === code && (text === undefined || outcome.message === text);
}
