import {
  type ExplainResponse,
  ExplainService,
  ExplainStep_Kind as Kind,
  Membership as MembershipMessage,
  Omission as OmissionMessage,
  type RulePlace as PlaceMessage,
  type ExplainStep as StepMessage,
} from '#gen/stheno/v1/explain_service_pb.js';
import { subjectFromProto, tupleFromProto, tupleToProto } from '../service/messages.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import type { Caller } from './caller.ts';
import type { DepthOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { type TupleInput, toTuple } from './tuple-input.ts';

/** What may be said of an explanation. */
export interface ExplainOptions extends DepthOptions {
  /** How many steps the explanation may have. Default 1000; the server allows 10000. */
  readonly maxSteps?: number | undefined;
}

/** An answer with its reasons. */
export interface Explanation extends Finding {
  /** The question. Its children are the reasons for the answer. */
  readonly root: ExplanationStep;
  /** Whether steps are missing because there are too many. */
  readonly truncated: boolean;
  /** The state that was looked at. */
  readonly snaptoken: string;
  /** The version of the model that was used; empty from servers that do not name it. */
  readonly modelId: string;
}

/** Whether the subject is in a set, as far as it was found out. */
export interface Finding {
  /** `unknown`: a limit was in the way. `error`: there is no answer. */
  readonly membership: 'member' | 'not-member' | 'unknown' | 'error';
  /**
   * Of what is unknown `depth` or `nodes`, of an error `undeclared_relation` or `contradiction`. Undefined for a yes
   * and a no.
   */
  readonly limitation: string | undefined;
}

/** A step of an explanation. What it found has its children as reasons. */
export interface ExplanationStep extends Finding {
  /**
   * `check`: the set that was asked about; `direct`: whether a tuple is stored; `subject-set`: a stored tuple whose
   * subject is a set; `computed`: another relation or permit of the same object; `traverse`: the tuples of a relation
   * are followed; `and`, `or`, `not`: an operator in the body of a permit.
   */
  readonly kind: 'check' | 'direct' | 'subject-set' | 'computed' | 'traverse' | 'and' | 'or' | 'not' | 'unspecified';
  /** The set that was looked into; undefined for a look-up and an operator. */
  readonly set: SubjectSet | undefined;
  /** The tuple that was looked up or followed. */
  readonly tuple: RelationTuple | undefined;
  /** The place in the model that the step comes from. */
  readonly rule: RulePlace | undefined;
  /**
   * Why children are missing. `cycle`: the set is on the way to the step; `repeated`: it is explained elsewhere;
   * `limit`: the limit struck here; `size`: there are too many steps. Undefined when none are.
   */
  readonly omission: 'cycle' | 'repeated' | 'limit' | 'size' | undefined;
  readonly children: readonly ExplanationStep[];
}

/** A place in the body of a permit. */
export interface RulePlace {
  /** The namespace that declares the permit. */
  readonly namespace: string;
  readonly permit: string;
  /** The way from the body, which is empty, as indexes of operands. */
  readonly position: readonly number[];
  /** The name of the file. Undefined when it has none. */
  readonly file: string | undefined;
  /**
   * Where the relation or permit is named there, for an operator the first one below it: line from 1, column from 0 in
   * characters. Undefined when the model has no text in the permission language.
   */
  readonly start: { readonly line: number; readonly column: number } | undefined;
}

/** @throws {RequestError} */
export async function explain(caller: Caller, tuple: TupleInput, options: ExplainOptions): Promise<Explanation> {
  const { message } = await caller.call(ExplainService.method.explain, {
    port: 'read',
    message: {
      tuple: tupleToProto(toTuple(tuple)),
      maxDepth: integerOption('maxDepth', options.maxDepth),
      maxSteps: integerOption('maxSteps', options.maxSteps),
      consistency: caller.consistency(options),
    },
    options,
  });
  caller.remember(message.snaptoken);
  return explanationFromProto(message);
}

/** The message in the client's terms. */
export function explanationFromProto(message: ExplainResponse): Explanation {
  const { root, truncated, snaptoken, modelId } = message;
  return { ...findingOf(message), root: root ? stepFromProto(root) : NOTHING, truncated, snaptoken, modelId };
}

/** In the place of a question that a server has left out. */
const NOTHING: ExplanationStep = {
  kind: 'unspecified',
  membership: 'unknown',
  limitation: undefined,
  set: undefined,
  tuple: undefined,
  rule: undefined,
  omission: undefined,
  children: [],
};

const MEMBERSHIPS: Readonly<Record<MembershipMessage, Finding['membership']>> = {
  [MembershipMessage.UNSPECIFIED]: 'unknown',
  [MembershipMessage.MEMBER]: 'member',
  [MembershipMessage.NOT_MEMBER]: 'not-member',
  [MembershipMessage.UNKNOWN]: 'unknown',
  [MembershipMessage.ERROR]: 'error',
};

const KINDS: Readonly<Record<Kind, ExplanationStep['kind']>> = {
  [Kind.UNSPECIFIED]: 'unspecified',
  [Kind.CHECK]: 'check',
  [Kind.DIRECT]: 'direct',
  [Kind.SUBJECT_SET]: 'subject-set',
  [Kind.COMPUTED]: 'computed',
  [Kind.TRAVERSE]: 'traverse',
  [Kind.AND]: 'and',
  [Kind.OR]: 'or',
  [Kind.NOT]: 'not',
};

const OMISSIONS: Readonly<Record<OmissionMessage, ExplanationStep['omission']>> = {
  [OmissionMessage.UNSPECIFIED]: undefined,
  [OmissionMessage.CYCLE]: 'cycle',
  [OmissionMessage.REPEATED]: 'repeated',
  [OmissionMessage.LIMIT]: 'limit',
  [OmissionMessage.SIZE]: 'size',
};

/** As deep as the message, which was decoded in the same way. */
function stepFromProto(message: StepMessage): ExplanationStep {
  const { kind, set, tuple, rule, omission, children } = message;
  return {
    kind: KINDS[kind] ?? 'unspecified',
    ...findingOf(message),
    set: set && { namespace: set.namespace, object: set.object, relation: set.relation },
    tuple: tuple && subjectFromProto(tuple.subject) && tupleFromProto(tuple),
    rule: rule && placeFromProto(rule),
    omission: OMISSIONS[omission],
    children: children.map(stepFromProto),
  };
}

function placeFromProto({ namespace, permit, position, file, start }: PlaceMessage): RulePlace {
  const place = start && { line: start.line, column: start.column };
  return { namespace, permit, position, file: file || undefined, start: place };
}

function findingOf({ membership, limitation }: Pick<StepMessage, 'membership' | 'limitation'>): Finding {
  return { membership: MEMBERSHIPS[membership] ?? 'unknown', limitation: limitation.toLowerCase() || undefined };
}
