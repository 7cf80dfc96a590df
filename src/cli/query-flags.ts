import { create } from '@bufbuild/protobuf';
import {
  type RelationQuery,
  RelationQuerySchema,
  type Subject,
} from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { subjectToProto } from '../service/messages.ts';
import type { Flag, FlagValues } from './flags.ts';
import { parseSubjectSetFlag } from './tuple-arguments.ts';
import { UsageError } from './usage-error.ts';

/** The flags that select tuples (contract: command line §7). */
export const queryFlags: readonly Flag[] = [
  { kind: 'text', name: 'namespace', about: 'only tuples of this namespace' },
  { kind: 'text', name: 'object', about: 'only tuples of this object' },
  { kind: 'text', name: 'relation', about: 'only tuples of this relation' },
  { kind: 'text', name: 'subject-id', about: 'only tuples of this subject' },
  { kind: 'text', name: 'subject-set', about: 'only tuples of the subject set "namespace:object#relation"' },
  { kind: 'text', name: 'subject', about: 'no longer supported', isHidden: true },
];

/** Refuses the flag that older releases had. @throws {UsageError} */
export function refuseOldSubjectFlag(flags: FlagValues): void {
  if (!flags.isGiven('subject')) return;
  throw new UsageError('usage of --subject is not supported anymore, use --subject-id or --subject-set respectively');
}

/** The query of the flags that are given; an empty value filters too. @throws {UsageError} */
export function queryFromFlags(flags: FlagValues): RelationQuery {
  const query = create(RelationQuerySchema);
  for (const name of ['namespace', 'object', 'relation'] as const) {
    if (flags.isGiven(name)) query[name] = flags.text(name);
  }
  const subject = subjectFromFlags(flags);
  if (subject) query.subject = subject;
  return query;
}

function subjectFromFlags(flags: FlagValues): Subject | undefined {
  if (flags.isGiven('subject-id')) return subjectToProto({ kind: 'id', id: flags.text('subject-id') });
  if (flags.isGiven('subject-set')) return subjectToProto(parseSubjectSetFlag(flags.text('subject-set')));
  return undefined;
}
