import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { watchTests } from '../../../src/cli/model-tests/watch-tests.ts';
import { eventually } from '../../support/eventually.ts';

it('runs again when a file was changed, and follows the files that the last run depended on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'stheno-watch-tests-'));
  try {
    const [tests, model, other] = [join(dir, 'tests'), join(dir, 'model'), join(dir, 'other')] as const;
    for (const [file, text] of [
      [tests, 'model'],
      [model, 'one'],
      [other, 'two'],
    ] as const)
      writeFileSync(file, text);
    const printed: string[] = [];
    const stop = new AbortController();
    const run = async () => {
      const source = join(dir, readFileSync(tests, 'utf8'));
      return { text: readFileSync(source, 'utf8'), sources: [tests, source] };
    };
    const watching = watchTests(run, (text) => printed.push(text), stop.signal);
    await eventually(() => printed.at(-1) === 'one');
    writeFileSync(model, 'one more');
    await eventually(() => printed.at(-1) === 'one more');
    writeFileSync(tests, 'other');
    await eventually(() => printed.at(-1) === 'two');
    writeFileSync(other, 'two more');
    await eventually(() => printed.at(-1) === 'two more');
    stop.abort();
    await watching;
    assert.deepEqual(printed, ['one', 'one more', 'two', 'two more']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
