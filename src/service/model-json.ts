import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import type { SourcePosition } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import {
  ModelChange_Kind as ChangeKind,
  type ModelChange,
  type ModelDiagnostic,
  type ModelFile,
  type ModelVersion,
  type OrphanedTuples,
  ModelDiagnostic_Severity as Severity,
} from '#gen/stheno/v1/model_pb.js';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import { tupleFromProto } from './messages.ts';

/** A JSON object, as REST and the command line show it. */
type Json = { readonly [key: string]: string | number | boolean | Json | readonly Json[] };

export function fileToJson({ name, content }: ModelFile): Json {
  return { name, content };
}

/** A version that is not in the database has nothing but its id. */
export function versionToJson({ modelId, author, message, writtenAt, snaptoken }: ModelVersion): Json {
  if (writtenAt === undefined) return { model_id: modelId };
  return { model_id: modelId, author, message, written_at: timeToJson(writtenAt), snaptoken };
}

/** Lines count from 1 and columns, in characters, from 0. */
export function diagnosticToJson({ severity, message, file, start, end }: ModelDiagnostic): Json {
  return {
    severity: severity === Severity.ERROR ? 'error' : 'warning',
    message,
    file,
    start: positionToJson(start),
    end: positionToJson(end),
  };
}

/** `kind` is `namespace_added`, and the like. */
export function changeToJson({ kind, namespace, relation, before, after }: ModelChange): Json {
  return {
    kind: ChangeKind[kind].toLowerCase(),
    namespace,
    ...(relation === '' ? {} : { relation }),
    ...(before === '' ? {} : { before }),
    ...(after === '' ? {} : { after }),
  };
}

export function orphansToJson({ namespace, relation, inSubject, count, examples }: OrphanedTuples): Json {
  return {
    namespace,
    ...(relation === '' ? {} : { relation }),
    in_subject: inSubject,
    count: Number(count),
    examples: examples.map((example) => tupleToJson(tupleFromProto(example))),
  };
}

/** What a comparison found. */
export function comparisonToJson(found: {
  readonly diagnostics: readonly ModelDiagnostic[];
  readonly changes: readonly ModelChange[];
  readonly orphans: readonly OrphanedTuples[];
  readonly orphanCount: bigint;
}): Json {
  return {
    diagnostics: found.diagnostics.map(diagnosticToJson),
    changes: found.changes.map(changeToJson),
    orphans: found.orphans.map(orphansToJson),
    orphan_count: Number(found.orphanCount),
  };
}

function timeToJson(time: Timestamp): string {
  return timestampDate(time).toISOString();
}

function positionToJson(position: SourcePosition | undefined): { line: number; column: number } {
  return { line: position?.line ?? 0, column: position?.column ?? 0 };
}

function tupleToJson({ namespace, object, relation, subject }: RelationTuple): Json {
  const parts = { namespace, object, relation };
  if (subject.kind === 'id') return { ...parts, subject_id: subject.id };
  const set = { namespace: subject.namespace, object: subject.object, relation: subject.relation };
  return { ...parts, subject_set: set };
}
