import {
  type ListRelationTuplesResponse,
  ReadService,
} from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { tupleFromProto } from '../service/messages.ts';
import type { Invocation } from './command.ts';
import { request } from './connection.ts';
import { formatResult, type Result } from './output/output.ts';
import { formatTable } from './output/table-text.ts';
import { queryFromFlags, refuseOldSubjectFlag } from './query-flags.ts';
import { tupleToJson } from './tuple-json.ts';
import { tupleLines, tupleRows } from './tuple-output.ts';

/** Prints one page of the tuples that the query flags select (contract: command line §7). */
export async function listTuples(
  invocation: Invocation,
  page: { readonly size: number; readonly token: string },
): Promise<void> {
  refuseOldSubjectFlag(invocation.flags);
  const response = await request(invocation, 'read', (client) =>
    client.call(ReadService.method.listRelationTuples, {
      relationQuery: queryFromFlags(invocation.flags),
      pageSize: page.size,
      pageToken: page.token,
    }),
  );
  invocation.stdout.write(formatResult(invocation.flags, pageResult(response)));
}

function pageResult({ relationTuples, nextPageToken }: ListRelationTuplesResponse): Result {
  const tuples = relationTuples.map(tupleFromProto);
  const isLastPage = nextPageToken === '';
  return {
    data: {
      relation_tuples: tuples.map(tupleToJson),
      is_last_page: isLastPage,
      next_page_token: nextPageToken,
    },
    table: () =>
      formatTable([
        ...tupleRows(tuples),
        [''],
        ['NEXT PAGE TOKEN', nextPageToken],
        ['IS LAST PAGE', String(isLastPage)],
      ]),
    quiet: () => tupleLines(tuples),
  };
}
