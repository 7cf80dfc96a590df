import { create } from '@bufbuild/protobuf';
import {
  type ExpandRequest,
  type ExpandResponse,
  ExpandResponseSchema,
  NodeType,
  type SubjectTree,
  SubjectTreeSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { RelationTupleSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import type { ExpandTree, PermissionEngine } from '../engine/permission-engine.ts';
import { MissingSubjectError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { ModelAnswers } from './fresh-models.ts';
import { freshnessOf } from './freshness.ts';
import { subjectFromProto, subjectToProto } from './messages.ts';
import { nameModel } from './name-model.ts';
import type { Call } from './rpc-service.ts';
import { effectiveDepth, type Settings } from './settings.ts';
import type { Snaptokens } from './snaptokens.ts';

const NODE_TYPES: Readonly<Record<ExpandTree['kind'], NodeType>> = {
  union: NodeType.UNION,
  exclusion: NodeType.EXCLUSION,
  intersection: NodeType.INTERSECTION,
  leaf: NodeType.LEAF,
};

/** ExpandService of the wire contract (contract: gRPC §5.3, expand). */
export class ExpandService {
  readonly #engine: PermissionEngine;
  readonly #models: ModelAnswers;
  readonly #snaptokens: Snaptokens;
  readonly #settings: () => Settings;

  constructor(dependencies: {
    engine: PermissionEngine;
    models: ModelAnswers;
    snaptokens: Snaptokens;
    settings: () => Settings;
  }) {
    this.#engine = dependencies.engine;
    this.#models = dependencies.models;
    this.#snaptokens = dependencies.snaptokens;
    this.#settings = dependencies.settings;
  }

  async expand(request: ExpandRequest, call: Call): Promise<ExpandResponse> {
    const subject = subjectFromProto(request.subject);
    if (subject === undefined) throw new MissingSubjectError();
    if (subject.kind === 'id') {
      // A subject id has no members: nothing is looked up, and only the deprecated field is filled.
      const leaf = create(SubjectTreeSchema, { nodeType: NodeType.LEAF, subject: subjectToProto(subject) });
      return create(ExpandResponseSchema, { tree: leaf });
    }
    const settings = this.#settings();
    const freshness = freshnessOf(request, call, this.#snaptokens);
    const options = {
      strict: settings.strict,
      maxDepth: effectiveDepth(request.maxDepth, settings),
      rewrites: settings.expandRewrites,
      maxNodes: settings.maxExpandSize,
      ...freshness,
      cancellation: call,
    };
    const ask = (model: Model) => {
      model.require(subject.namespace);
      nameModel(call, model);
      return this.#engine.expand(subject, { ...options, model });
    };
    const { revision, tree } = await this.#models.answer(ask, freshness, call);
    call.setHeader('stheno-snaptoken', this.#snaptokens.format(revision));
    return create(ExpandResponseSchema, tree === undefined ? {} : { tree: treeToProto(tree) });
  }
}

/** Depth is bounded by `limit.max_read_depth` (at most 65,535 levels), so trees are converted without recursion. */
function treeToProto(root: ExpandTree): SubjectTree {
  const rootMessage = nodeToProto(root);
  const pending: [ExpandTree, SubjectTree][] = [[root, rootMessage]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, message] = next;
    for (const child of node.children) {
      const childMessage = nodeToProto(child);
      message.children.push(childMessage);
      pending.push([child, childMessage]);
    }
  }
  return rootMessage;
}

function nodeToProto(node: ExpandTree): SubjectTree {
  const message = create(SubjectTreeSchema, { nodeType: NODE_TYPES[node.kind], tuple: create(RelationTupleSchema) });
  if (node.subject === undefined || message.tuple === undefined) return message;
  message.subject = subjectToProto(node.subject);
  message.tuple.subject = subjectToProto(node.subject);
  return message;
}
