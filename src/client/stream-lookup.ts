import { LookupService, type StreamObjectsResponse } from '#gen/stheno/v1/lookup_service_pb.js';
import { subjectFromProto, subjectToProto } from '../service/messages.ts';
import type { Caller } from './caller.ts';
import type { DepthOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import {
  filterOf,
  type LookupPage,
  type ObjectPage,
  type ObjectsQuestion,
  type SubjectLookupOptions,
  type SubjectPage,
} from './lookup.ts';
import { type SubjectSetInput, toSubject, toSubjectSet } from './tuple-input.ts';

/** What may be said of a stream of objects. It goes on for as long as it takes. */
export type StreamOptions = Pick<DepthOptions, 'signal' | 'headers' | 'snaptoken' | 'consistency' | 'maxDepth'>;

/** What may be said of a stream of subjects. What is given must be so. */
export type SubjectStreamOptions = StreamOptions & Pick<SubjectLookupOptions, 'kind' | 'namespace' | 'relation'>;

/** Every part of a list of objects of one state. @throws {RequestError} */
export async function* streamObjectPages(
  caller: Caller,
  { namespace, relation, subject }: ObjectsQuestion,
  options: StreamOptions,
): AsyncGenerator<ObjectPage, void, undefined> {
  const question = { namespace, relation, subject: subjectToProto(toSubject(subject)) };
  const message = { ...question, ...bounds(caller, options) };
  const request = { port: 'read', message, options } as const;
  for await (const part of caller.stream(LookupService.method.streamObjects, request)) {
    yield { objects: part.objects, ...partFields(caller, part) };
  }
}

/** Every part of a list of subjects of one state. @throws {RequestError} */
export async function* streamSubjectPages(
  caller: Caller,
  set: SubjectSetInput,
  options: SubjectStreamOptions,
): AsyncGenerator<SubjectPage, void, undefined> {
  const question = { ...toSubjectSet(set), filter: filterOf(options) };
  const message = { ...question, ...bounds(caller, options) };
  const request = { port: 'read', message, options } as const;
  for await (const part of caller.stream(LookupService.method.streamSubjects, request)) {
    const subjects = part.subjects.map(subjectFromProto).filter((subject) => subject !== undefined);
    yield { subjects, ...partFields(caller, part) };
  }
}

function bounds(caller: Caller, options: StreamOptions) {
  return { maxDepth: integerOption('maxDepth', options.maxDepth), consistency: caller.consistency(options) };
}

function partFields(
  caller: Caller,
  { snaptoken, limitation, modelId }: Pick<StreamObjectsResponse, 'snaptoken' | 'limitation' | 'modelId'>,
): LookupPage {
  return {
    nextPageToken: undefined,
    snaptoken: caller.remember(snaptoken),
    limitation: limitation.toLowerCase() || undefined,
    modelId,
  };
}
