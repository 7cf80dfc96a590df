import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  SubjectFilter_Kind as Kind,
  type ListObjectsResponse,
  LookupService,
  type SubjectFilterSchema,
} from '#gen/stheno/v1/lookup_service_pb.js';
import { subjectFromProto, subjectToProto } from '../service/messages.ts';
import type { Subject } from '../tuple/relation-tuple.ts';
import type { Caller } from './caller.ts';
import type { DepthOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { type SubjectInput, type SubjectSetInput, toSubject, toSubjectSet } from './tuple-input.ts';

/** Which objects does the subject have the relation or permit on? */
export interface ObjectsQuestion {
  /** The namespace of the objects. */
  readonly namespace: string;
  readonly relation: string;
  readonly subject: SubjectInput;
}

/** Which relations and permits does the subject have on the object? */
export interface PermissionsQuestion {
  readonly namespace: string;
  readonly object: string;
  readonly subject: SubjectInput;
  /** Those that are asked for. Default: all that the model declares for the namespace. */
  readonly relations?: readonly string[] | undefined;
}

/** What may be said of a list of objects. */
export interface LookupOptions extends DepthOptions {
  /** How many a page has at most. Default 100; the server gives 1000 at most. */
  readonly pageSize?: number | undefined;
  /** Where to go on: `nextPageToken` of a page of the same question. */
  readonly pageToken?: string | undefined;
}

/** What may be said of a list of subjects. What is given must be so. */
export interface SubjectLookupOptions extends LookupOptions {
  /** Only subject ids, or only subject sets. */
  readonly kind?: 'id' | 'set' | undefined;
  /** Only subject sets of this namespace. */
  readonly namespace?: string | undefined;
  /** Only subject sets of this relation. */
  readonly relation?: string | undefined;
}

/** A part of a list. */
export interface LookupPage {
  /** For the page after this one; undefined when this is the last, and in a stream. It is not made to be stored. */
  readonly nextPageToken: string | undefined;
  /** The state that was looked at: that of this page; in a stream that of all of them. */
  readonly snaptoken: string;
  /**
   * What kept the first that is missing from being found: `depth`, for example. Undefined when the page is exact; in a stream it
   * stands in the last page, for all of them.
   */
  readonly limitation: string | undefined;
  /** The version of the model that was used. */
  readonly modelId: string;
}

/** A part of a list of objects. */
export interface ObjectPage extends LookupPage {
  /** In the order of their bytes. */
  readonly objects: readonly string[];
}

/** A part of a list of subjects. */
export interface SubjectPage extends LookupPage {
  /** Ids before sets, each in the order of their bytes. */
  readonly subjects: readonly Subject[];
}

/** What a subject has on an object. */
export interface Permissions {
  /** The relations and permits that hold, in the order of the question, else in the order of their bytes. */
  readonly relations: readonly string[];
  /** Those that have no answer, and why: `depth`, for example, or `undeclared_relation`. */
  readonly undetermined: readonly { readonly relation: string; readonly limitation: string }[];
  /** The state that was looked at. */
  readonly snaptoken: string;
  /** The version of the model that was used. */
  readonly modelId: string;
}

/** Every page of a list of objects, each fetched when it is asked for. @throws {RequestError} */
export async function* listObjectPages(
  caller: Caller,
  question: ObjectsQuestion,
  options: LookupOptions,
): AsyncGenerator<ObjectPage, void, undefined> {
  const { namespace, relation } = question;
  const subject = subjectToProto(toSubject(question.subject));
  let pageToken: string | undefined = options.pageToken;
  do {
    const { message } = await caller.call(LookupService.method.listObjects, {
      port: 'read',
      message: { namespace, relation, subject, ...pageRequest(caller, options, pageToken) },
      options,
    });
    const page: ObjectPage = { objects: message.objects, ...pageFields(caller, message) };
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** Every page of a list of subjects, each fetched when it is asked for. @throws {RequestError} */
export async function* listSubjectPages(
  caller: Caller,
  set: SubjectSetInput,
  options: SubjectLookupOptions,
): AsyncGenerator<SubjectPage, void, undefined> {
  const question = { ...toSubjectSet(set), filter: filterOf(options) };
  let pageToken: string | undefined = options.pageToken;
  do {
    const { message } = await caller.call(LookupService.method.listSubjects, {
      port: 'read',
      message: { ...question, ...pageRequest(caller, options, pageToken) },
      options,
    });
    const subjects = message.subjects.map(subjectFromProto).filter((subject) => subject !== undefined);
    const page: SubjectPage = { subjects, ...pageFields(caller, message) };
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** @throws {RequestError} */
export async function listPermissions(
  caller: Caller,
  { namespace, object, subject, relations = [] }: PermissionsQuestion,
  options: DepthOptions,
): Promise<Permissions> {
  const { message } = await caller.call(LookupService.method.listPermissions, {
    port: 'read',
    message: {
      namespace,
      object,
      subject: subjectToProto(toSubject(subject)),
      relations: [...relations],
      maxDepth: integerOption('maxDepth', options.maxDepth),
      consistency: caller.consistency(options),
    },
    options,
  });
  return {
    relations: message.relations,
    undetermined: message.undetermined.map(({ relation, limitation }) => ({
      relation,
      limitation: limitation.toLowerCase(),
    })),
    snaptoken: caller.remember(message.snaptoken),
    modelId: message.modelId,
  };
}

function pageRequest(caller: Caller, options: LookupOptions, pageToken: string | undefined) {
  return {
    pageSize: integerOption('pageSize', options.pageSize),
    pageToken: pageToken ?? '',
    maxDepth: integerOption('maxDepth', options.maxDepth),
    consistency: caller.consistency(options),
  };
}

function pageFields(
  caller: Caller,
  message: Pick<ListObjectsResponse, 'nextPageToken' | 'snaptoken' | 'limitation' | 'modelId'>,
): LookupPage {
  return {
    nextPageToken: message.nextPageToken || undefined,
    snaptoken: caller.remember(message.snaptoken),
    limitation: message.limitation.toLowerCase() || undefined,
    modelId: message.modelId,
  };
}

const KINDS = { id: Kind.ID, set: Kind.SET } as const;

/** What a list of subjects is restricted to, as messages have it. */
export function filterOf({
  kind,
  namespace,
  relation,
}: Pick<SubjectLookupOptions, 'kind' | 'namespace' | 'relation'>): MessageInitShape<typeof SubjectFilterSchema> {
  return {
    kind: kind === undefined ? Kind.UNSPECIFIED : KINDS[kind],
    ...(namespace !== undefined && { namespace }),
    ...(relation !== undefined && { relation }),
  };
}
