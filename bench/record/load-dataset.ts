import type { Dataset, StoredTuple } from '../datasets/dataset.ts';
import type { Endpoint } from './endpoint.ts';

/** As the peers are loaded: few large transactions at a time. */
const TUPLES_PER_REQUEST = 2000;
const REQUESTS_UNDER_WAY = 4;

export interface LoadResult {
  readonly tuples: number;
  /** From the first request to the last acknowledgement. */
  readonly seconds: number;
}

/** Stores all tuples of a dataset through the server's own API. @throws when a request is refused */
export async function loadDataset(endpoint: Endpoint, dataset: Dataset): Promise<LoadResult> {
  const url = `http://${endpoint.host}:${endpoint.writePort}/admin/relation-tuples`;
  const chunks = inChunks(dataset.tuples());
  let tuples = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    for (;;) {
      const { value: chunk, done } = chunks.next();
      if (done === true) return;
      await patch(url, chunk);
      tuples += chunk.length;
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_UNDER_WAY }, worker));
  return { tuples, seconds: (performance.now() - began) / 1000 };
}

/** A tuple as the REST API takes it. */
export function tupleJson({ set: [namespace, object, relation], subject }: StoredTuple): object {
  if (typeof subject === 'string') return { namespace, object, relation, subject_id: subject };
  const [subjectNamespace, subjectObject, subjectRelation] = subject;
  const subjectSet = { namespace: subjectNamespace, object: subjectObject, relation: subjectRelation };
  return { namespace, object, relation, subject_set: subjectSet };
}

async function patch(url: string, tuples: readonly StoredTuple[]): Promise<void> {
  const body = JSON.stringify(tuples.map((tuple) => ({ action: 'insert', relation_tuple: tupleJson(tuple) })));
  const answer = await fetch(url, { method: 'PATCH', body, headers: { 'content-type': 'application/json' } });
  if (answer.status !== 204) throw new Error(`loading: ${answer.status} ${await answer.text()}`);
}

function* inChunks(tuples: Iterable<StoredTuple>): Generator<StoredTuple[], undefined> {
  let chunk: StoredTuple[] = [];
  for (const tuple of tuples) {
    chunk.push(tuple);
    if (chunk.length < TUPLES_PER_REQUEST) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
