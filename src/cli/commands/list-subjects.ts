import { SubjectFilter_Kind as Kind, LookupService } from '#gen/stheno/v1/lookup_service_pb.js';
import { subjectFromProto } from '../../service/messages.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { formatSubject } from '../../tuple/tuple-text.ts';
import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import type { FlagValues } from '../flags.ts';
import { lookupResult, warnOfLimitation } from '../lookup-result.ts';
import { maxDepthFlag } from '../max-depth-flag.ts';
import { formatResult } from '../output/output.ts';
import { askForPages, pageFlags } from '../page-flags.ts';
import { parseObjectArguments } from '../tuple-arguments.ts';
import { UsageError } from '../usage-error.ts';

/** `stheno list subjects`. */
export const listSubjects: Command = {
  args: '<relation> <namespace>:<object>',
  about: `Lists the subjects that have a relation or permit on an object, a page at a time.

Subject ids come first, then subject sets.`,
  examples: [
    'stheno list subjects view Doc:readme --insecure-disable-transport-security',
    'stheno list subjects view Doc:readme --kind set --subject-namespace Group --all -q',
  ],
  flags: [
    { kind: 'text', name: 'kind', values: ['id', 'set'], about: 'only subject ids (id), or only subject sets (set)' },
    { kind: 'text', name: 'subject-namespace', about: 'only subject sets of this namespace' },
    { kind: 'text', name: 'subject-relation', about: 'only subject sets of this relation' },
    maxDepthFlag,
    ...pageFlags,
    ...connectionFlags,
  ],
  accepts: exactArguments(2),
  async run(invocation) {
    const { args, flags, stdout, stderr } = invocation;
    const [relation = '', target = ''] = args;
    const question = { ...parseObjectArguments([target], stderr), relation, filter: filterOf(flags) };
    const maxDepth = flags.integer('max-depth');
    const pages = await request(invocation, 'read', (client) =>
      askForPages(flags, (page) => client.call(LookupService.method.listSubjects, { ...question, maxDepth, ...page })),
    );
    const { nextPageToken, snaptoken, modelId } = pages.at(-1) ?? pages[0];
    const limitation = pages.map((page) => page.limitation).find((one) => one !== '') ?? '';
    const subjects = pages
      .flatMap((page) => page.subjects)
      .map(subjectFromProto)
      .filter((subject) => subject !== undefined);
    const lines = subjects.map(formatSubject);
    const data = { subjects: subjects.map(subjectToJson) };
    stdout.write(
      formatResult(
        flags,
        lookupResult({ title: 'SUBJECT', lines, data, nextPageToken, snaptoken, limitation, modelId }),
      ),
    );
    warnOfLimitation(limitation, stderr);
    return 0;
  },
};

function filterOf(flags: FlagValues) {
  return {
    kind: kindOf(flags.text('kind')),
    ...(flags.isGiven('subject-namespace') && { namespace: flags.text('subject-namespace') }),
    ...(flags.isGiven('subject-relation') && { relation: flags.text('subject-relation') }),
  };
}

function kindOf(text: string): Kind {
  switch (text) {
    case '':
      return Kind.UNSPECIFIED;
    case 'id':
      return Kind.ID;
    case 'set':
      return Kind.SET;
    default:
      throw new UsageError(`--kind must be id or set, not ${JSON.stringify(text)}`);
  }
}

function subjectToJson(subject: Subject) {
  if (subject.kind === 'id') return { subject_id: subject.id };
  const { namespace, object, relation } = subject;
  return { subject_set: { namespace, object, relation } };
}
