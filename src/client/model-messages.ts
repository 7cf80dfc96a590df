import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  type ModelChange as ChangeMessage,
  type ModelDiagnostic as DiagnosticMessage,
  ModelChange_Kind as Kind,
  type OrphanedTuples as OrphansMessage,
  ModelDiagnostic_Severity as Severity,
  type ModelVersion as VersionMessage,
} from '#gen/stheno/v1/model_pb.js';
import { tupleFromProto } from '../service/messages.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';

/** A version of the model. */
export interface ModelVersion {
  /** A number that counts the versions in the database, `0` before the first; or `config-…`, of the configuration. */
  readonly modelId: string;
  /** As the writer said; empty for a version that is not in the database, like the following. */
  readonly author: string;
  readonly message: string;
  readonly writtenAt: Date | undefined;
  readonly snaptoken: string;
}

/** What changes when one model takes the place of another. */
export interface ModelComparison {
  readonly changes: readonly ModelChange[];
  /** The stored tuples that lose what they refer to. */
  readonly orphans: readonly OrphanedTuples[];
  /** How many tuples that are, each counted once. */
  readonly orphanCount: number;
}

export interface ModelChange {
  readonly what: 'namespace' | 'relation' | 'permit';
  readonly how: 'added' | 'removed' | 'changed';
  readonly namespace: string;
  /** Undefined when it is about a namespace. */
  readonly relation: string | undefined;
  /** The declaration before; undefined when there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Stored tuples that lose the same. */
export interface OrphanedTuples {
  /** The namespace that is gone, or that lost the relation. */
  readonly namespace: string;
  /** Undefined when the whole namespace is gone. */
  readonly relation: string | undefined;
  /** Whether the tuples refer to it as their subject. */
  readonly inSubject: boolean;
  readonly count: number;
  /** Some of them. */
  readonly examples: readonly RelationTuple[];
}

/** What is wrong with a model, or probably not meant. Lines count from 1, columns, in characters, from 0. */
export interface ModelDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file: string;
  readonly start: { readonly line: number; readonly column: number };
  /** The character after the last one. */
  readonly end: { readonly line: number; readonly column: number };
}

export function toVersion(message: VersionMessage | undefined): ModelVersion {
  return {
    modelId: message?.modelId ?? '',
    author: message?.author ?? '',
    message: message?.message ?? '',
    writtenAt: message?.writtenAt && timestampDate(message.writtenAt),
    snaptoken: message?.snaptoken ?? '',
  };
}

export function toComparison(message: {
  readonly changes: readonly ChangeMessage[];
  readonly orphans: readonly OrphansMessage[];
  readonly orphanCount: bigint;
}): ModelComparison {
  return {
    changes: message.changes.map(toChange),
    orphans: message.orphans.map(toOrphans),
    orphanCount: Number(message.orphanCount),
  };
}

export function toDiagnostic({ severity, message, file, start, end }: DiagnosticMessage): ModelDiagnostic {
  return {
    severity: severity === Severity.ERROR ? 'error' : 'warning',
    message,
    file,
    start: { line: start?.line ?? 1, column: start?.column ?? 0 },
    end: { line: end?.line ?? 1, column: end?.column ?? 0 },
  };
}

function toChange({ kind, namespace, relation, before, after }: ChangeMessage): ModelChange {
  const [what, how] = (Kind[kind] ?? '').toLowerCase().split('_') as [ModelChange['what'], ModelChange['how']]; // RELATION_ADDED
  return {
    what,
    how,
    namespace,
    relation: relation || undefined,
    before: before || undefined,
    after: after || undefined,
  };
}

function toOrphans({ namespace, relation, inSubject, count, examples }: OrphansMessage): OrphanedTuples {
  return {
    namespace,
    relation: relation || undefined,
    inSubject,
    count: Number(count),
    examples: examples.map(tupleFromProto),
  };
}
