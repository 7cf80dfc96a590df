import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decodeOpl } from '../../src/opl/decode.ts';
import type { Diagnostic, Position } from '../../src/opl/diagnostic.ts';
import { type ParseResult, parseOpl } from '../../src/opl/parse.ts';

interface RecordedPosition {
  Line: number;
  column: number;
}

interface RecordedError {
  message: string;
  start: RecordedPosition;
  end: RecordedPosition;
}

interface RecordedDocument {
  rule: string;
  name: string;
  source?: string;
  source_base64?: string;
  errors: RecordedError[];
  namespaces?: string[];
  differs?: {
    rejected?: boolean;
    accepted?: boolean;
    messages?: 'free';
    positions?: { start: RecordedPosition | null; end: RecordedPosition | null }[];
  };
}

interface Suite {
  suite: string;
  documents?: RecordedDocument[];
  worlds?: { name: string; opl: string; differs?: { rejected?: boolean } }[];
}

const folder = new URL('../conformance/opl/', import.meta.url);

for (const file of readdirSync(folder)) {
  const { suite, documents = [], worlds = [] } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Suite;
  describe(suite, () => {
    for (const document of documents) it(`${document.rule}: ${document.name}`, () => replay(document));
    for (const { name, opl, differs } of worlds) {
      it(`${differs?.rejected ? 'rejects' : 'loads'}: ${name}`, () => {
        assert.equal(parseOpl(opl).errors.length > 0, differs?.rejected ?? false);
      });
    }
  });
}

function replay({ source, source_base64, errors, namespaces, differs }: RecordedDocument): void {
  const result = parseOpl(source ?? decodeOpl(Buffer.from(source_base64 ?? '', 'base64')));
  if (differs?.rejected) assert.ok(result.errors.length > 0, 'accepted');
  else compareErrors(result, differs?.accepted ? [] : errors, differs);
  if (namespaces !== undefined && result.errors.length === 0) {
    assert.deepEqual(result.namespaces.map(({ name }) => name).sort(), namespaces);
  }
}

function compareErrors(result: ParseResult, errors: RecordedError[], differs: RecordedDocument['differs']): void {
  const compared = { message: differs?.messages !== 'free', positions: differs?.positions ?? [] };
  assert.deepEqual(
    result.errors.map((error, i) => toRecorded(error, compared.message, compared.positions[i])),
    errors.map((error, i) => expected(error, compared.message, compared.positions[i])),
  );
}

type Override = { start: RecordedPosition | null; end: RecordedPosition | null } | undefined;

/** What counts of a recorded error: positions that are null in the override are not compared. */
function expected({ message, start, end }: RecordedError, hasMessage: boolean, override: Override): unknown[] {
  return [hasMessage && message, override ? override.start : start, override ? override.end : end];
}

function toRecorded({ message, start, end }: Diagnostic, hasMessage: boolean, override: Override): unknown[] {
  return [
    hasMessage && message,
    override?.start === null ? null : recordedPosition(start),
    override?.end === null ? null : recordedPosition(end),
  ];
}

function recordedPosition({ line, column }: Position): RecordedPosition {
  return { Line: line, column };
}
