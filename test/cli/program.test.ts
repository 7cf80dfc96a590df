import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TableRow } from '../../src/cli/command.ts';
import { commandTable } from '../../src/cli/command-table.ts';
import { callProgram } from './support/call-program.ts';

/** All commands of the table by their full name, hidden ones too. */
function paths(row: TableRow, before: readonly string[] = []): string[][] {
  if (row.kind === 'command') return [[...before, row.name]];
  return [
    [...before],
    ...row.rows.flatMap((one) => paths(one, before.length === 0 && row === commandTable ? [] : [...before, row.name])),
  ];
}

describe('help', () => {
  for (const path of commandTable.rows.flatMap((row) => paths(row)).filter((words) => words.length > 0)) {
    test(`of ${path.join(' ')} is the same in every way to ask`, async () => {
      const asked = await callProgram([...path, '--help']);
      const { stdout } = await callProgram(['help', ...path]);
      assert.equal(asked.exit, 0);
      assert.equal(asked.stdout, stdout);
      assert.match(stdout, new RegExp(`^Usage:\\n {2}stheno ${path.join(' ')}`, 'm'));
      assert.match(stdout, /^ {2}-h, --help +show this help$/m);
    });
  }

  test('every command shows an example of itself', async () => {
    for (const path of commandTable.rows.flatMap((row) => paths(row))) {
      const { stdout } = await callProgram(['help', ...path]);
      const [, examples] = /^Examples:\n((?: {2}.+\n)+)/m.exec(stdout) ?? [];
      if (stdout.includes('Available Commands:')) continue;
      assert.match(examples ?? '', new RegExp(`stheno ${path.join(' ')}`));
    }
  });
});

describe('unknown commands', () => {
  test('similar ones are suggested', async () => {
    const message = 'unknown command "CHECK" for "stheno"\n\nDid you mean this?\n\tcheck\n\n';
    assert.deepEqual(await callProgram(['CHECK']), {
      exit: 255,
      stdout: message,
      stderr: `Error: ${message}Run 'stheno --help' for usage.\n`,
    });
  });

  test('whoever asks for help first gets it', async () => {
    assert.deepEqual(await callProgram(['--help', 'foo']), await callProgram([]));
    assert.equal((await callProgram(['foo', '--help'])).exit, 255);
  });

  test('below the first level the help is shown', async () => {
    const { exit, stdout } = await callProgram(['relation-tuple', 'foo']);
    assert.equal(exit, 0);
    assert.equal(stdout, (await callProgram(['help', 'relation-tuple'])).stdout);
  });
});

describe('flags before the command', () => {
  test('the flags of a group may stand before its commands', async () => {
    const { stdout } = await callProgram(['relation-tuple', '-q', '--format', 'json', 'parse', '-f', '-'], {
      stdin: 'n:o#r@a\nn:o#r@b\n',
    });
    assert.equal(stdout, 'n:o#r@a\nn:o#r@b\n');
  });
});
