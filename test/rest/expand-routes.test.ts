import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import {
  ExpandResponseSchema,
  NodeType,
  type SubjectTree,
  SubjectTreeSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { recordedServer } from './recorded-server.ts';

const { service, server } = recordedServer();

/** The tuple of a node that stands for a rule and no set. */
const NO_SUBJECT = '"tuple":{"namespace":"","object":"","relation":""}';

describe('expand', () => {
  const path = '/relation-tuples/expand';

  it('shows the tree, children before the tuple', async () => {
    const set = (object: string) => ({
      tuple: { subject: { ref: { case: 'set' as const, value: { namespace: 'n', object, relation: 'r' } } } },
    });
    service.answer(
      create(ExpandResponseSchema, {
        tree: {
          nodeType: NodeType.UNION,
          ...set('a'),
          children: [
            { nodeType: NodeType.LEAF, ...set('<') },
            { nodeType: NodeType.EXCLUSION, children: [{ nodeType: NodeType.LEAF, ...set('b') }] },
          ],
        },
      }),
    );
    const { text } = await server.send('GET', `${path}?namespace=n&object=a&relation=r&max-depth=4`);
    const tuple = (object: string) =>
      `"tuple":{"namespace":"","object":"","relation":"","subject_set":{"namespace":"n","object":"${object}","relation":"r"}}`;
    assert.equal(
      text,
      `{"type":"union","children":[{"type":"leaf",${tuple('\\u003c')}},{"type":"exclusion","children":[{"type":"leaf",${tuple('b')}}],${NO_SUBJECT}}],${tuple('a')}}\n`,
    );
    assert.equal(service.asked.maxDepth, 4);
  });

  it('shows trees deeper than the stack', async () => {
    let tree: SubjectTree = create(SubjectTreeSchema, { nodeType: NodeType.LEAF });
    for (let depth = 0; depth < 20_000; depth++) {
      tree = create(SubjectTreeSchema, { nodeType: NodeType.UNION, children: [tree] });
    }
    service.answer(create(ExpandResponseSchema, { tree }));
    const { status, text } = await server.send('GET', `${path}?namespace=n`);
    assert.deepEqual(
      [status, text.length],
      [200, 20_000 * `{"type":"union","children":[],${NO_SUBJECT}}`.length + `{"type":"leaf",${NO_SUBJECT}}\n`.length],
    );
  });

  it('says with status 200 that there is no tree', async () => {
    service.answer(create(ExpandResponseSchema));
    const { status, text } = await server.send('GET', path);
    assert.deepEqual([status, text], [200, '{"code":404,"status":"Not Found","message":"no relation tuple found"}\n']);
  });
});
