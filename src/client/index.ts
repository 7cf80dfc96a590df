// biome-ignore-all lint/performance/noBarrelFile: what the package exports

export type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
export { formatSubject, formatSubjectSet, formatTuple } from '../tuple/tuple-text.ts';
export type {
  CountResult,
  DeleteOptions,
  DeleteResult,
  ExportOptions,
  ExportPage,
  ImportOptions,
  ImportResult,
} from './bulk.ts';
export type { CheckDetails } from './check.ts';
export type { CheckManyResult } from './check-many.ts';
export type { SourcePosition, SyntaxDetails, SyntaxProblem } from './check-syntax.ts';
export type {
  CallOptions,
  ClientOptions,
  ClientTransport,
  DepthOptions,
  OpenTransport,
  Port,
  ReadOptions,
} from './client-options.ts';
export type { ConditionalWriteResult, PreconditionInput, WriteOptions } from './conditional-write.ts';
export type { ExpandResult, ExpandTree } from './expand.ts';
export type { ExplainOptions, Explanation, ExplanationStep, Finding, RulePlace } from './explain.ts';
export { type FetchTransportOptions, fetchTransport } from './fetch-transport.ts';
export type { ListOptions, TuplePage } from './list-tuples.ts';
export type {
  LookupOptions,
  LookupPage,
  ObjectPage,
  ObjectsQuestion,
  Permissions,
  PermissionsQuestion,
  SubjectLookupOptions,
  SubjectPage,
} from './lookup.ts';
export {
  type DiffModelsOptions,
  type ListModelsOptions,
  ModelClient,
  type ModelDiff,
  type ModelFile,
  type ModelInput,
  type ReadModel,
  type ValidatedModel,
  type WriteModelOptions,
  type WrittenModel,
} from './model-client.ts';
export type {
  ModelChange,
  ModelComparison,
  ModelDiagnostic,
  ModelVersion,
  OrphanedTuples,
} from './model-messages.ts';
export { RequestError, type RequestErrorCode } from './request-error.ts';
export type { RetryPolicy } from './retry-policy.ts';
export type { HealthStatus, StatusOptions } from './server-status.ts';
export { SthenoClient } from './stheno-client.ts';
export type { StreamOptions, SubjectStreamOptions } from './stream-lookup.ts';
export {
  type SubjectInput,
  type SubjectSetInput,
  type TupleInput,
  toSubject,
  toSubjectSet,
  toTuple,
} from './tuple-input.ts';
export type { TupleQuery } from './tuple-query.ts';
export type { CheckpointEvent, ModelEvent, TupleChange, TuplesEvent, WatchEvent, WatchOptions } from './watch.ts';
export type { DeltaInput, WriteResult } from './write.ts';
