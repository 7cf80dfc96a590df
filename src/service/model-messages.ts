import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  ModelChange_Kind as ChangeKind,
  type ModelChange as ModelChangeMessage,
  ModelChangeSchema,
  type ModelDiagnostic,
  ModelDiagnosticSchema,
  type ModelFile as ModelFileMessage,
  ModelFileSchema,
  type ModelVersion as ModelVersionMessage,
  ModelVersionSchema,
  type OrphanedTuples,
  OrphanedTuplesSchema,
  ModelDiagnostic_Severity as Severity,
} from '#gen/stheno/v1/model_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import type { ModelFile } from '../namespace/model.ts';
import type { Diagnostic } from '../opl/diagnostic.ts';
import type { ModelChange } from '../opl/model-changes.ts';
import type { StoredModel } from '../persistence/stored-models.ts';
import { tupleToProto } from './messages.ts';
import type { Orphans } from './model-comparison.ts';
import type { Snaptokens } from './snaptokens.ts';
import { modelIdOf } from './stored-model-documents.ts';

const MAX_NAME_BYTES = 1024;

/** The name of a file that has none. */
const UNNAMED = 'model.ts';

/** What a writer says of a version. */
interface Note {
  readonly author: string;
  readonly message: string;
}

export function formatNote({ author, message }: Note): string {
  return JSON.stringify({ author, message });
}

/**
 * @throws {InvalidArgumentError} when there is no file, a name is too long, or two files have one name
 */
export function filesFromProto(messages: readonly ModelFileMessage[]): ModelFile[] {
  if (messages.length === 0) throw new InvalidArgumentError({ message: 'files must not be empty' });
  const names = new Set<string>();
  return messages.map(({ name: given, content }, index) => {
    const name = given === '' ? UNNAMED : given;
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
      throw new InvalidArgumentError({ message: `files[${index}].name must have at most ${MAX_NAME_BYTES} bytes` });
    }
    if (names.has(name)) {
      throw new InvalidArgumentError({ message: `files[${index}].name is ${JSON.stringify(name)}, as another file's` });
    }
    names.add(name);
    return { name, content };
  });
}

export function fileToProto({ name, content }: ModelFile): ModelFileMessage {
  return create(ModelFileSchema, { name, content });
}

/** Of a version that is not in the database only the id is known. */
export function versionToProto(
  id: string,
  stored: StoredModel | undefined,
  snaptokens: Snaptokens,
): ModelVersionMessage {
  if (stored === undefined) return create(ModelVersionSchema, { modelId: id });
  const { author, message } = JSON.parse(stored.note) as Note; // written by formatNote only
  return create(ModelVersionSchema, {
    modelId: modelIdOf(stored.version),
    author,
    message,
    writtenAt: timestampFromDate(stored.writtenAt),
    snaptoken: snaptokens.format(stored.revision),
  });
}

export function diagnosticToProto({ severity, message, file, start, end }: Diagnostic): ModelDiagnostic {
  return create(ModelDiagnosticSchema, {
    severity: severity === 'error' ? Severity.ERROR : Severity.WARNING,
    message,
    file: file ?? '',
    start,
    end,
  });
}

const KINDS = {
  namespace: {
    added: ChangeKind.NAMESPACE_ADDED,
    removed: ChangeKind.NAMESPACE_REMOVED,
    changed: ChangeKind.UNSPECIFIED,
  },
  relation: {
    added: ChangeKind.RELATION_ADDED,
    removed: ChangeKind.RELATION_REMOVED,
    changed: ChangeKind.RELATION_CHANGED,
  },
  permit: { added: ChangeKind.PERMIT_ADDED, removed: ChangeKind.PERMIT_REMOVED, changed: ChangeKind.PERMIT_CHANGED },
} as const;

export function changeToProto({ what, how, ...texts }: ModelChange): ModelChangeMessage {
  return create(ModelChangeSchema, { kind: KINDS[what][how], ...texts });
}

export function orphansToProto({ count, examples, ...lost }: Orphans): OrphanedTuples {
  const init: MessageInitShape<typeof OrphanedTuplesSchema> = {
    ...lost,
    count: BigInt(count),
    examples: examples.map(tupleToProto),
  };
  return create(OrphanedTuplesSchema, init);
}
