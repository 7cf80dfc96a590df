import { create } from '@bufbuild/protobuf';
import {
  type ExpandRequest,
  ExpandRequestSchema,
  type ExpandResponse,
  NodeType,
  type SubjectTree,
} from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { type Answer, JSON_TYPE, ok } from './answer.ts';
import { consistencyOf } from './consistency-parameters.ts';
import { encodeJson } from './encode-json.ts';
import { maxDepthOf } from './integer-parameter.ts';
import type { RestRequest } from './route.ts';
import { subjectMessage, tupleToJson } from './tuple-json.ts';

const TYPES: Readonly<Record<NodeType, string>> = {
  [NodeType.UNSPECIFIED]: 'unspecified',
  [NodeType.UNION]: 'union',
  [NodeType.EXCLUSION]: 'exclusion',
  [NodeType.INTERSECTION]: 'intersection',
  [NodeType.LEAF]: 'leaf',
};

/** What is said, with status 200, of a relation that strict mode does not know (contract: REST §6). */
const NO_TREE = { code: 404, status: 'Not Found', message: 'no relation tuple found' };

/** Of a node that stands for a rule and no set. */
const NO_SUBJECT = '{"namespace":"","object":"","relation":""}';

export function expandFromQuery({ query }: RestRequest): ExpandRequest {
  const maxDepth = maxDepthOf(query);
  query.requireReadable();
  const set = {
    namespace: query.first('namespace') ?? '',
    object: query.first('object') ?? '',
    relation: query.first('relation') ?? '',
  };
  const subject = subjectMessage(undefined, set);
  const { snaptoken } = consistencyOf(query);
  return create(ExpandRequestSchema, { ...(subject === undefined ? {} : { subject }), maxDepth, snaptoken });
}

export function expandAnswer({ tree }: ExpandResponse): Answer {
  if (tree === undefined) return ok(NO_TREE);
  return { kind: 'bytes', status: 200, contentType: JSON_TYPE, body: `${encodeTree(tree)}\n` };
}

/**
 * Writes nodes in the contract's form, children before the tuple. A tree is as deep as
 * `limit.max_read_depth` allows, which may be deeper than JSON.stringify can go.
 */
function encodeTree(root: SubjectTree): string {
  const written: string[] = [];
  const pending: (SubjectTree | string)[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') {
      written.push(next);
      continue;
    }
    const { nodeType, children, tuple } = next;
    written.push(`{"type":"${TYPES[nodeType]}"`);
    pending.push(`,"tuple":${tuple === undefined ? NO_SUBJECT : encodeJson(tupleToJson(tuple))}}`);
    if (children.length === 0) continue;
    written.push(',"children":[');
    pending.push(
      ']',
      ...children
        .flatMap((child) => [',', child])
        .slice(1)
        .reverse(),
    );
  }
  return written.join('');
}
