import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { CommandFailure } from '../../src/cli/command-failure.ts';
import { decodeTupleLines } from '../../src/cli/decode-tuples.ts';
import { MAX_INPUT_BYTES, readTupleFiles } from '../../src/cli/tuple-files.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';

describe('tuple files', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'stheno-tuples-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const read = async (paths: readonly string[], stdin = '') =>
    (await readTupleFiles(paths, decodeTupleLines, Readable.from([Buffer.from(stdin)]))).map(formatTuple);

  test('directories are read in the order of their names, whatever the extensions', async () => {
    write('d/b', 'n:o#r@b');
    write('d/a.md', 'n:o#r@a');
    write('d/B/x.json', 'n:o#r@B');
    write('d/c/c/x', 'n:o#r@c');
    assert.deepEqual(await read([`${dir}/d/`]), ['n:o#r@B', 'n:o#r@a', 'n:o#r@b', 'n:o#r@c']);
  });

  test('files and the standard input are read in the order given', async () => {
    const file = write('t', 'n:o#r@file');
    assert.deepEqual(await read(['-', file], 'n:o#r@stdin'), ['n:o#r@stdin', 'n:o#r@file']);
  });

  const failures: readonly [name: string, make: () => { paths: string[]; stdin?: string }, message: () => string][] = [
    [
      'a missing file',
      () => ({ paths: ['no/such'] }),
      () => 'error getting stats for no/such: stat no/such: no such file or directory\n',
    ],
    [
      'a directory that is too deep',
      () => {
        write('d/1/2/3/x', '');
        return { paths: [join(dir, 'd')] };
      },
      () => 'maximum directory depth of 3 exceeded at 1/2/3/x\n',
    ],
    [
      'bad standard input',
      () => ({ paths: ['-'], stdin: 'x' }),
      () => 'stdin: line 1: could not decode "x": malformed string input\n',
    ],
    [
      'a file below an unclean path',
      () => {
        write('t', 'x');
        return { paths: [`${dir}/./a/../t`] };
      },
      () => `${dir}/t: line 1: could not decode "x": malformed string input\n`,
    ],
    [
      'too large an input',
      () => ({ paths: ['-'], stdin: ' '.repeat(MAX_INPUT_BYTES + 1) }),
      () => 'stdin: input exceeds maximum size of 10485760 bytes\n',
    ],
  ];
  for (const [name, make, message] of failures) {
    test(`${name} is told`, async () => {
      const { paths, stdin } = make();
      await assert.rejects(read(paths, stdin), new CommandFailure(message()));
    });
  }
});
