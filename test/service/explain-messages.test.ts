import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBinary } from '@bufbuild/protobuf';
import { type ExplainStep, ExplainStepSchema, Omission } from '../../gen/stheno/v1/explain_service_pb.js';
import type { ExplanationStep } from '../../src/engine/explanation.ts';
import { explanationToProto } from '../../src/service/explain-messages.ts';

const MEMBER = { kind: 'member' } as const;
const set = (object: string) => ({ namespace: 'Group', object, relation: 'members' });
const tuple = (object: string) => ({ ...set(object), subject: { kind: 'id' as const, id: 'ann' } });
const check = (object: string, children: readonly ExplanationStep[]): ExplanationStep => {
  return { kind: 'check', answer: MEMBER, set: set(object), children };
};
const lookUp = (object: string): ExplanationStep => {
  return { kind: 'direct', answer: MEMBER, tuple: tuple(object), children: [] };
};

const NOWHERE = { locate: () => undefined };

describe('an explanation as messages', () => {
  it('has everything where there is room for it', () => {
    const { root, truncated } = explanationToProto(check('g', [lookUp('a'), lookUp('b')]), NOWHERE);
    assert.equal(truncated, false);
    assert.deepEqual([root.omission, root.children.length], [Omission.UNSPECIFIED, 2]);
    assert.deepEqual(root.children[1]?.tuple?.object, 'b');
  });

  it('ends at a depth that every reader of messages takes, whatever there is below', () => {
    let deep = lookUp('end');
    for (let level = 0; level < 100_000; level++) deep = check(`${level}`, [deep]);
    const { root, truncated } = explanationToProto(deep, NOWHERE);
    assert.equal(truncated, true);
    const way = chainOf(root);
    assert.equal(way.length, 90);
    assert.deepEqual([...new Set(way.map(({ omission }) => omission))], [Omission.UNSPECIFIED, Omission.SIZE]);
    assert.equal(way.at(-1)?.omission, Omission.SIZE);
  });

  it('ends at a size that clients take by default, and keeps what is near the question', () => {
    const name = 'é'.repeat(1000);
    const branches = Array.from({ length: 10 }, (_, at) =>
      check(
        `${at}`,
        Array.from({ length: 1000 }, () => lookUp(name)),
      ),
    );
    const { root, truncated } = explanationToProto(check('g', branches), NOWHERE);
    assert.equal(truncated, true);
    assert.equal(root.children.length, 10);
    assert.equal(root.children[0]?.children.length, 1000);
    assert.equal(root.children[9]?.omission, Omission.SIZE);
    assert.ok(toBinary(ExplainStepSchema, root).length < 4 * 1024 * 1024);
  });
});

function chainOf(root: ExplainStep): ExplainStep[] {
  const way = [root];
  // The list grows while it is walked.
  for (const { children } of way) way.push(...children);
  return way;
}
