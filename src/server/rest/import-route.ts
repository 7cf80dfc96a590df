import { SthenoError } from '../../errors.ts';
import type { TupleImport } from '../../service/tuple-import.ts';
import type { TupleService } from '../../service/tuple-service.ts';
import { type NumberedDelta, readTupleLines } from '../../tuple/read-tuple-lines.ts';
import { type Answer, ok } from './answer.ts';
import { gunzipChunks } from './gzip-chunks.ts';
import type { RestRequest } from './route.ts';
import { snaptokenHeader } from './snaptoken-header.ts';

/** How many changes one transaction has. */
const CHANGES_PER_PIECE = 1000;
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Imports the lines of a body of any size, a thousand changes a transaction. */
export async function importLines(tuples: Pick<TupleService, 'beginImport'>, request: RestRequest): Promise<Answer> {
  const imported = tuples.beginImport(request.call);
  try {
    await addLines(imported, bodyOf(request));
    const { inserted, deleted, received, snaptoken } = await imported.finish();
    const counts = { inserted: Number(inserted), deleted: Number(deleted), received: Number(received) };
    return ok({ ...counts, snaptoken }, snaptokenHeader(snaptoken));
  } catch (error) {
    throw await imported.incomplete(error);
  }
}

async function addLines(imported: TupleImport, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let waiting: NumberedDelta[] = [];
  const add = (piece: readonly NumberedDelta[]): Promise<void> =>
    imported.add(
      piece.map(({ delta }) => delta),
      (index) => `line ${piece[index]?.line}`,
    );
  try {
    for await (const deltas of readTupleLines(chunks, { maxLineBytes: MAX_LINE_BYTES })) {
      waiting = waiting.concat(deltas);
      for (; waiting.length >= CHANGES_PER_PIECE; waiting = waiting.slice(CHANGES_PER_PIECE)) {
        await add(waiting.slice(0, CHANGES_PER_PIECE));
      }
    }
  } finally {
    // What stands before a line that cannot be read is imported, too.
    if (waiting.length > 0) await add(waiting);
  }
}

function bodyOf(request: RestRequest): AsyncIterable<Uint8Array> {
  const encoding = request.call.header('content-encoding') ?? 'identity';
  if (encoding === 'identity') return request.bodyChunks();
  if (encoding === 'gzip') return gunzipChunks(request.bodyChunks());
  throw new SthenoError('unimplemented', {
    message: `content-encoding must be gzip or identity, not ${JSON.stringify(encoding)}`,
  });
}
