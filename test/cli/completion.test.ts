import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { callProgram } from './support/call-program.ts';

const ASK = `
ask() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _stheno
  echo "\${COMPREPLY[*]}"
}
`;

describe('completion', () => {
  for (const { words, replies } of [
    { words: ['stheno', 'ch'], replies: 'check' },
    { words: ['stheno', '-c', 'x.yml', 'mig'], replies: 'migrate' },
    {
      words: ['stheno', 'relation-tuple', ''],
      replies: 'create delete delete-all get parse --config --format --quiet --help',
    },
    {
      words: ['stheno', 'relation-tuple', 'get', '--format', 'json'],
      replies: 'json json-pretty jsonpath= jsonpointer=',
    },
    { words: ['stheno', 'status', '--endpoint', ''], replies: 'read write' },
    { words: ['stheno', 'migrate', 'up', '--y'], replies: '--yes' },
  ]) {
    test(`bash completes '${words.join(' ')}'`, async (t) => {
      const { stdout } = await callProgram(['completion', 'bash']);
      const question = `ask ${words.map((word) => `'${word}'`).join(' ')}`;
      const bash = spawnSync('bash', ['-c', `${stdout}\n${ASK}\n${question}`], { encoding: 'utf8' });
      if (bash.error) return t.skip('there is no bash');
      assert.equal(bash.stderr, '');
      assert.equal(bash.stdout, `${replies}\n`);
    });
  }

  for (const shell of ['bash', 'fish', 'powershell', 'zsh']) {
    test(`the script for ${shell} knows every visible command`, async () => {
      const { exit, stdout } = await callProgram(['completion', shell]);
      assert.equal(exit, 0);
      for (const name of [
        'check',
        'relation-tuple',
        'delete-all',
        'auto-migrate',
        'insecure-disable-transport-security',
      ]) {
        assert.ok(stdout.includes(name), name);
      }
      assert.ok(!stdout.includes('validate-legacy'));
    });
  }
});
