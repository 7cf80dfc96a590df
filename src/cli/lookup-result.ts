import type { Writable } from 'node:stream';
import type { Json } from './output/json.ts';
import type { Result } from './output/output.ts';
import { formatTable } from './output/table-text.ts';
import { visible } from './visible.ts';

/** One page of a list, or several in a row. */
export interface Listed {
  /** The name of the items, for the table. */
  readonly title: string;
  /** The items as text, one a line. */
  readonly lines: readonly string[];
  /** The items as data, under the name that REST has for them. */
  readonly data: { readonly [name: string]: Json };
  readonly nextPageToken: string;
  /** Of the last page. */
  readonly snaptoken: string;
  readonly limitation: string;
  /** Of the last page. */
  readonly modelId: string;
}

export function lookupResult({ title, lines, data, nextPageToken, snaptoken, limitation, modelId }: Listed): Result {
  const shown = lines.map(visible);
  return {
    data: {
      ...data,
      next_page_token: nextPageToken,
      snaptoken,
      model_id: modelId,
      ...(limitation !== '' && { limitation }),
    },
    table: () =>
      formatTable([
        [title],
        ...shown.map((line) => [line]),
        [''],
        ['NEXT PAGE TOKEN', nextPageToken],
        ['IS LAST PAGE', String(nextPageToken === '')],
      ]),
    quiet: () => shown.map((line) => `${line}\n`).join(''),
  };
}

/** Says that something may be missing, whatever the format is. */
export function warnOfLimitation(limitation: string, stderr: Writable): void {
  if (limitation !== '') stderr.write(`Warning: the list may not be complete (${limitation}).\n`);
}
