import { createHash } from 'node:crypto';
import { InvalidArgumentError } from '../../errors.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import type { GuardedWrite, GuardedWriteResult } from '../guarded-write.ts';
import { formatTupleChanges } from './change-payload.ts';
import type { KeyStatements } from './key-statements.ts';
import { type BoundStatement, bindStatement, type SqlValue } from './statement.ts';
import type { Statements } from './statements.ts';
import { toStoredTuple } from './stored-tuple.ts';
import { toTupleFilter } from './tuple-filter.ts';
import { keyOf, type WritePlan } from './write-plan.ts';

/** A plan with the conditions under which it is carried out. */
export interface GuardedPlan {
  readonly plan: WritePlan;
  readonly conditions: readonly Condition[];
  readonly onExisting: 'ignore' | 'fail';
  readonly onMissing: 'ignore' | 'fail';
  /** Undefined without an idempotency key. */
  readonly memory: WriteMemory | undefined;
  /** Is told the answer inside the transaction; the last one counts. */
  readonly onAnswer: (answer: GuardedWriteResult) => void;
}

/** A statement that must find a row, or none. */
export interface Condition {
  readonly mustExist: boolean;
  readonly statement: BoundStatement;
}

/** Where a write is remembered under its idempotency key. */
export interface WriteMemory {
  /** Of the request: another one must not have the same key. */
  readonly digest: string;
  /** Columns: digest, revision, effective. */
  readonly recall: BoundStatement;
  readonly remember: (answer: GuardedWriteResult) => BoundStatement;
}

interface PlanContext {
  readonly nid: number;
  readonly statements: Statements;
  readonly keyStatements: KeyStatements;
  readonly onAnswer: (answer: GuardedWriteResult) => void;
}

/** @param plan of the deltas @throws {InvalidArgumentError} when a tuple is named twice */
export function planGuarded(write: GuardedWrite, plan: WritePlan, context: PlanContext): GuardedPlan {
  if (plan.changes.size < write.deltas.length) throw namedTwice(write.deltas.map(({ tuple }) => tuple));
  const { preconditions, onExisting, onMissing, idempotencyKey } = write;
  const { nid, statements, onAnswer } = context;
  return {
    plan,
    conditions: preconditions.map(({ kind, query }) => {
      const filter = toTupleFilter(query);
      const values = new Map<string, SqlValue>([...filter, ['nid', nid], ['limit', 1]]);
      const scan = statements.scan({ fixed: [...filter.keys()], resumes: false });
      return { mustExist: kind === 'must_exist', statement: bindStatement(scan, values) };
    }),
    onExisting,
    onMissing,
    memory: idempotencyKey === undefined ? undefined : memoryOf(idempotencyKey, digestOf(write, plan), context),
    onAnswer,
  };
}

function memoryOf(key: string, digest: string, { nid, keyStatements }: PlanContext): WriteMemory {
  const values = new Map<string, SqlValue>([
    ['nid', nid],
    ['key', Buffer.from(key)],
  ]);
  return {
    digest,
    recall: bindStatement(keyStatements.find, values),
    remember: ({ revision, effective }) => {
      const row: readonly [string, SqlValue][] = [
        ['digest', digest],
        ['revision', revision],
        ['effective', JSON.stringify(effective)],
        ['created_at_ms', Date.now()],
      ];
      return bindStatement(keyStatements.insert, new Map([...values, ...row]));
    },
  };
}

/** The same for the same request only, however it was encoded on its way. */
function digestOf({ preconditions, onExisting, onMissing }: GuardedWrite, { changes }: WritePlan): string {
  const hash = createHash('sha256');
  hash.update(formatTupleChanges([...changes.values()].map(({ delta }) => delta)));
  const conditions = preconditions.map(({ kind, query }) => [kind, ...toTupleFilter(query)]);
  return hash.update(JSON.stringify([conditions, onExisting, onMissing])).digest('hex');
}

function namedTwice(tuples: readonly RelationTuple[]): InvalidArgumentError {
  const indexes = new Map<string, number>();
  for (const [index, tuple] of tuples.entries()) {
    const key = keyOf(toStoredTuple(tuple));
    const first = indexes.get(key);
    if (first !== undefined) {
      return new InvalidArgumentError({
        message: `changes[${first}] and changes[${index}] name the same tuple`,
        info: {
          reason: 'DUPLICATE_CHANGE',
          metadata: { first: `${first}`, second: `${index}` },
        },
      });
    }
    indexes.set(key, index);
  }
  throw new Error('BUG: no tuple is named twice');
}
