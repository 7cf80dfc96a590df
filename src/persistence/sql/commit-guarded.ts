import { SthenoError } from '../../errors.ts';
import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import type { GuardedWriteResult } from '../guarded-write.ts';
import type { Condition, GuardedPlan, WriteMemory } from './guarded-plan.ts';
import type { CallOptions, Committed, SqlSession } from './sql-database.ts';

/**
 * Carries a plan out if its conditions hold, inside a transaction that holds the lock of the network's head: nobody
 * writes between the look and the change. Whatever it throws takes the transaction back.
 * @param apply carries out the plan as such
 */
export async function commitGuarded(
  guarded: GuardedPlan,
  { session, apply, signal }: { session: SqlSession; apply: () => Promise<Committed> } & CallOptions,
): Promise<Committed> {
  const { memory, conditions, onAnswer } = guarded;
  const known = memory === undefined ? undefined : await recall(memory, session, { signal });
  if (known !== undefined) {
    onAnswer(known);
    return { revision: known.revision, changes: [], checksum: undefined, committedAt: undefined };
  }
  await requireConditions(conditions, session, { signal });
  const committed = await apply();
  const answer = { revision: committed.revision, effective: effectiveOf(guarded, committed) };
  if (memory !== undefined) await session.execute(memory.remember(answer), { signal });
  onAnswer(answer);
  return committed;
}

/** What the first write with the key was answered, if there was one. */
async function recall(
  { digest, recall: statement }: WriteMemory,
  session: SqlSession,
  options: CallOptions,
): Promise<GuardedWriteResult | undefined> {
  const [row] = await session.query(statement, options);
  if (row === undefined) return undefined;
  const [known, revision, effective] = row;
  if (known !== digest) {
    throw new SthenoError('already_exists', {
      message: 'the idempotency key was used for another request',
      info: { reason: 'IDEMPOTENCY_KEY_REUSED', metadata: {} },
    });
  }
  return { revision: Number(revision), effective: JSON.parse(String(effective)) as number[] }; // written by `remember`
}

async function requireConditions(
  conditions: readonly Condition[],
  session: SqlSession,
  options: CallOptions,
): Promise<void> {
  for (const [index, { mustExist, statement }] of conditions.entries()) {
    const exists = (await session.query(statement, options)).length > 0;
    if (exists === mustExist) continue;
    throw new SthenoError('failed_precondition', {
      message: `preconditions[${index}] does not hold: ${exists ? 'a tuple matches' : 'no tuple matches'}`,
      info: { reason: 'PRECONDITION_FAILED', metadata: { index: `${index}` } },
    });
  }
}

/** The indexes of the deltas that changed something. @throws SthenoError for one that did not, where that is a failure */
function effectiveOf({ plan, onExisting, onMissing }: GuardedPlan, { changes }: Committed): number[] {
  const changed = new Set(changes);
  const effective: number[] = [];
  let index = 0;
  // A plan has its changes in the order of the deltas, of which no two share a tuple.
  for (const { delta } of plan.changes.values()) {
    if (changed.has(delta)) effective.push(index);
    else if ((delta.action === 'insert' ? onExisting : onMissing) === 'fail') throw withoutEffect(delta, index);
    index++;
  }
  return effective;
}

function withoutEffect({ action }: TupleDelta, index: number): SthenoError {
  const metadata = { index: `${index}` };
  return action === 'insert'
    ? new SthenoError('already_exists', {
        message: `changes[${index}]: the tuple is stored already`,
        info: { reason: 'TUPLE_EXISTS', metadata },
      })
    : new SthenoError('not_found', {
        message: `changes[${index}]: the tuple is not stored`,
        info: { reason: 'TUPLE_MISSING', metadata },
      });
}
