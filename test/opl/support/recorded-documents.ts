import { readdirSync, readFileSync } from 'node:fs';
import { decodeOpl } from '../../../src/opl/decode.ts';

/** The text of every document and world of the recordings. */
export function recordedDocuments(): string[] {
  const folder = new URL('../../conformance/opl/', import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    // The format is described beside the recordings.
    const suite = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      documents?: { source?: string; source_base64?: string }[];
      worlds?: { opl: string }[];
    };
    return [
      ...(suite.documents ?? []).map(({ source, source_base64 }) => {
        return source ?? decodeOpl(Buffer.from(source_base64 ?? '', 'base64'));
      }),
      ...(suite.worlds ?? []).map(({ opl }) => opl),
    ];
  });
}
