import { ExpandService, NodeType, type SubjectTree } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { subjectFromProto, subjectToProto } from '../service/messages.ts';
import type { Subject } from '../tuple/relation-tuple.ts';
import type { Caller } from './caller.ts';
import type { DepthOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { type SubjectSetInput, toSubjectSet } from './tuple-input.ts';

/** The members of a set, and where they come from. */
export interface ExpandTree {
  readonly kind: 'union' | 'exclusion' | 'intersection' | 'leaf' | 'unspecified';
  /** The set or subject that the node is about; undefined for a node that stands for a part of a rule. */
  readonly subject: Subject | undefined;
  readonly children: readonly ExpandTree[];
}

/** The answer to an expansion. */
export interface ExpandResult {
  /** Undefined when the model is strict and does not know the relation. */
  readonly tree: ExpandTree | undefined;
  /** The state that was looked at. */
  readonly snaptoken: string;
}

/** @throws {RequestError} */
export async function expand(caller: Caller, set: SubjectSetInput, options: DepthOptions): Promise<ExpandResult> {
  const { message, headers } = await caller.call(ExpandService.method.expand, {
    port: 'read',
    message: {
      subject: subjectToProto({ kind: 'set', ...toSubjectSet(set) }),
      maxDepth: integerOption('maxDepth', options.maxDepth),
      ...caller.freshness(options),
    },
    options,
  });
  return {
    tree: message.tree && treeFromProto(message.tree),
    snaptoken: caller.remember(headers.get('stheno-snaptoken') ?? ''),
  };
}

const KINDS: Readonly<Record<NodeType, ExpandTree['kind']>> = {
  [NodeType.UNSPECIFIED]: 'unspecified',
  [NodeType.UNION]: 'union',
  [NodeType.EXCLUSION]: 'exclusion',
  [NodeType.INTERSECTION]: 'intersection',
  [NodeType.LEAF]: 'leaf',
};

/** As deep as the message, which was decoded in the same way. */
function treeFromProto({ nodeType, tuple, subject, children }: SubjectTree): ExpandTree {
  return {
    kind: KINDS[nodeType] ?? 'unspecified',
    subject: subjectFromProto(tuple?.subject ?? subject),
    children: children.map(treeFromProto),
  };
}
