import type { RelationTuple } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import {
  type ExplainResponse,
  type ExplainStep,
  ExplainStep_Kind as Kind,
  Membership,
  Omission,
} from '#gen/stheno/v1/explain_service_pb.js';

/** A JSON value whose tuples are of the type `Tuple`. */
type JsonOf<Tuple> =
  | string
  | boolean
  | number
  | Tuple
  | readonly JsonOf<Tuple>[]
  | { readonly [key: string]: JsonOf<Tuple> };

/**
 * An explanation as REST answers it and the command line prints it; what is empty is left out. As deep as the message,
 * which is bounded.
 */
export function explanationToJson<Tuple>(
  { membership, limitation, root, truncated, snaptoken, modelId }: ExplainResponse,
  tupleToJson: (tuple: RelationTuple) => Tuple,
): { readonly [key: string]: JsonOf<Tuple> } {
  return {
    membership: MEMBERSHIPS[membership],
    ...(limitation !== '' && { limitation }),
    truncated,
    snaptoken,
    ...(modelId !== '' && { model_id: modelId }),
    ...(root !== undefined && { root: stepToJson(root, tupleToJson) }),
  };
}

const MEMBERSHIPS: Readonly<Record<Membership, string>> = {
  [Membership.UNSPECIFIED]: 'unspecified',
  [Membership.MEMBER]: 'member',
  [Membership.NOT_MEMBER]: 'not_member',
  [Membership.UNKNOWN]: 'unknown',
  [Membership.ERROR]: 'error',
};

const KINDS: Readonly<Record<Kind, string>> = {
  [Kind.UNSPECIFIED]: 'unspecified',
  [Kind.CHECK]: 'check',
  [Kind.DIRECT]: 'direct',
  [Kind.SUBJECT_SET]: 'subject_set',
  [Kind.COMPUTED]: 'computed',
  [Kind.TRAVERSE]: 'traverse',
  [Kind.AND]: 'and',
  [Kind.OR]: 'or',
  [Kind.NOT]: 'not',
};

const OMISSIONS: Readonly<Record<Omission, string>> = {
  [Omission.UNSPECIFIED]: '',
  [Omission.CYCLE]: 'cycle',
  [Omission.REPEATED]: 'repeated',
  [Omission.LIMIT]: 'limit',
  [Omission.SIZE]: 'size',
};

function stepToJson<Tuple>(
  { kind, membership, limitation, set, tuple, rule, omission, children }: ExplainStep,
  tupleToJson: (tuple: RelationTuple) => Tuple,
): { readonly [key: string]: JsonOf<Tuple> } {
  return {
    kind: KINDS[kind],
    membership: MEMBERSHIPS[membership],
    ...(limitation !== '' && { limitation }),
    ...(set !== undefined && { set: { namespace: set.namespace, object: set.object, relation: set.relation } }),
    ...(tuple !== undefined && { tuple: tupleToJson(tuple) }),
    ...(rule !== undefined && {
      rule: {
        namespace: rule.namespace,
        permit: rule.permit,
        position: rule.position,
        ...(rule.file !== '' && { file: rule.file }),
        ...(rule.start !== undefined && { start: { line: rule.start.line, column: rule.start.column } }),
      },
    }),
    ...(omission !== Omission.UNSPECIFIED && { omission: OMISSIONS[omission] }),
    ...(children.length > 0 && { children: children.map((child) => stepToJson(child, tupleToJson)) }),
  };
}
