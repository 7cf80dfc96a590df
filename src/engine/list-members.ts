import type { PagePosition, TuplePage, TupleReader } from '../persistence/tuple-reader.ts';
import type { Subject, SubjectSet } from '../tuple/relation-tuple.ts';

/** How many rows of a set are read at once, as the contract has it (expand §2.1). */
const PAGE_ROWS = 100;

/** The stored subjects of a set in pages, all sets before all ids, each kind in the order of the listing. */
export async function* listMembers(
  reader: TupleReader,
  { namespace, object, relation }: SubjectSet,
  { onlySets, signal }: { onlySets: boolean; signal?: AbortSignal | undefined },
): AsyncGenerator<readonly Subject[]> {
  const kinds = onlySets ? (['set'] as const) : (['set', 'id'] as const);
  let page: Subject[] = [];
  for (const subjectKind of kinds) {
    let after: PagePosition | undefined;
    do {
      const limit = PAGE_ROWS - page.length;
      const rows: TuplePage = await reader.listTuples(
        { namespace, object, relation },
        { limit, after, subjectKind, signal },
      );
      page.push(...rows.tuples.map(({ subject }) => subject));
      after = rows.next;
      if (page.length === PAGE_ROWS) {
        yield page;
        page = [];
      }
    } while (after !== undefined);
  }
  if (page.length > 0) yield page;
}
