import { type SourcePosition, SourcePositionSchema } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import {
  type SubjectSet as SubjectSetMessage,
  SubjectSetSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import {
  type ExplainStep,
  ExplainStepSchema,
  ExplainStep_Kind as Kind,
  Membership,
  Omission,
  type RulePlace as RulePlaceMessage,
  RulePlaceSchema,
} from '#gen/stheno/v1/explain_service_pb.js';
import type { ExplanationStep, Omission as OmissionKind, RulePlace } from '../engine/explanation.ts';
import type { CheckAnswer } from '../engine/permission-engine.ts';
import type { SourcePlace } from '../namespace/model.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import { limitationName } from './limitation-name.ts';
import { tupleToProto } from './messages.ts';
import type { RuleLocator } from './rule-locator.ts';

/**
 * How many steps may stand one below the other. A step is a message in a message, a tuple's subject set takes three
 * more, and many readers of Protobuf refuse messages that are nested deeper than 100.
 */
const MAX_DEPTH = 90;
/** How many bytes the names in all steps may take together: clients of gRPC take messages of 4 MiB by default. */
const MAX_NAME_BYTES = 2 * 1024 * 1024;

export interface BoundedTree {
  readonly root: ExplainStep;
  /** Whether steps were left out to stay within the bounds. */
  readonly truncated: boolean;
}

/**
 * An explanation as messages, as far as the bounds of the wire allow; steps whose children are left out say so by
 * `OMISSION_SIZE`. Broad before deep, as it was made.
 */
export function explanationToProto(root: ExplanationStep, locator: Pick<RuleLocator, 'locate'>): BoundedTree {
  const top = stepToProto(root, locator);
  const levels: Level[] = [{ step: root, message: top, depth: 1 }];
  let [bytes, truncated] = [nameBytes(root), false];
  // The list grows while it is walked.
  for (const { step, message, depth } of levels) {
    for (const child of step.children) {
      const childMessage = stepToProto(child, locator);
      bytes += nameBytes(child) + Buffer.byteLength(childMessage.rule?.file ?? '');
      if (depth === MAX_DEPTH || bytes > MAX_NAME_BYTES) {
        message.omission = Omission.SIZE;
        truncated = true;
        break;
      }
      message.children.push(childMessage);
      levels.push({ step: child, message: childMessage, depth: depth + 1 });
    }
  }
  return { root: top, truncated };
}

interface Level {
  readonly step: ExplanationStep;
  readonly message: ExplainStep;
  readonly depth: number;
}

const KINDS: Readonly<Record<ExplanationStep['kind'], Kind>> = {
  check: Kind.CHECK,
  direct: Kind.DIRECT,
  'subject-set': Kind.SUBJECT_SET,
  computed: Kind.COMPUTED,
  traverse: Kind.TRAVERSE,
  and: Kind.AND,
  or: Kind.OR,
  not: Kind.NOT,
};

const MEMBERSHIPS: Readonly<Record<CheckAnswer['kind'], Membership>> = {
  member: Membership.MEMBER,
  'not-member': Membership.NOT_MEMBER,
  unknown: Membership.UNKNOWN,
  error: Membership.ERROR,
};

const OMISSIONS: Readonly<Record<OmissionKind, Omission>> = {
  cycle: Omission.CYCLE,
  repeated: Omission.REPEATED,
  limit: Omission.LIMIT,
  size: Omission.SIZE,
};

export function membershipToProto(answer: CheckAnswer): Membership {
  return MEMBERSHIPS[answer.kind];
}

/** Spelled out, as protobuf-es lets messages of proto3 be: an explanation may have thousands of them. */
function stepToProto(step: ExplanationStep, locator: Pick<RuleLocator, 'locate'>): ExplainStep {
  return {
    $typeName: ExplainStepSchema.typeName,
    kind: KINDS[step.kind],
    membership: membershipToProto(step.answer),
    limitation: limitationName(step.answer),
    ...('set' in step && { set: setToProto(step.set) }),
    ...('tuple' in step && { tuple: tupleToProto(step.tuple) }),
    ...('rule' in step && { rule: placeToProto(step.rule, locator.locate(step.rule)) }),
    omission: step.omitted === undefined ? Omission.UNSPECIFIED : OMISSIONS[step.omitted],
    children: [],
  };
}

function setToProto({ namespace, object, relation }: SubjectSet): SubjectSetMessage {
  return { $typeName: SubjectSetSchema.typeName, namespace, object, relation };
}

function placeToProto({ namespace, permit, position }: RulePlace, place: SourcePlace | undefined): RulePlaceMessage {
  return {
    $typeName: RulePlaceSchema.typeName,
    namespace,
    permit,
    position: [...position],
    file: place?.file ?? '',
    ...(place !== undefined && { start: positionToProto(place) }),
  };
}

function positionToProto({ line, column }: SourcePlace): SourcePosition {
  return { $typeName: SourcePositionSchema.typeName, line, column };
}

function nameBytes(step: ExplanationStep): number {
  const names = [
    ...('set' in step ? namesOfSet(step.set) : []),
    ...('tuple' in step ? namesOfTuple(step.tuple) : []),
    ...('rule' in step ? [step.rule.namespace, step.rule.permit] : []),
  ];
  const position = 'rule' in step ? step.rule.position.length : 0;
  return names.reduce((sum, name) => sum + Buffer.byteLength(name), position);
}

function namesOfSet({ namespace, object, relation }: SubjectSet): string[] {
  return [namespace, object, relation];
}

function namesOfTuple({ subject, ...set }: RelationTuple): string[] {
  return [...namesOfSet(set), ...(subject.kind === 'id' ? [subject.id] : namesOfSet(subject))];
}
