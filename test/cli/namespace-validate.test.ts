import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { callProgram } from './support/call-program.ts';

const WARNING =
  'Command "validate-legacy" is deprecated, The legacy namespaces are deprecated. Please use the new Ory Permission Language instead.\n';
const INVALID = 'The configuration contains values or keys which are invalid:\n';

describe('namespace validate-legacy', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stheno-legacy-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const validate = async (...words: string[]) => {
    const { exit, stdout, stderr } = await callProgram(['namespace', 'validate-legacy', ...words]);
    assert.equal(stderr.slice(0, WARNING.length), WARNING);
    return { exit, stdout, reason: stderr.slice(WARNING.length) };
  };

  test('a URI in a configuration stands for a file or all files of a folder', async () => {
    write('ns/a/videos.json', '{"name":"videos"}');
    write('ns/groups.yaml', 'name: groups\n');
    write('ns/README.md', 'no namespace');
    const config = write('keto.yml', `namespaces: file://${folder}/ns\n`);
    assert.deepEqual(await validate('-c', config), { exit: 0, stdout: 'Congrats, all files are valid!\n', reason: '' });
    write('ns/a/videos.json', '{"id":1}');
    assert.equal((await validate('-c', config)).exit, 255);
  });

  for (const [name, text, reasons] of [
    ['unknown.yml', 'name: a\nfoo: 1\n', `${INVALID}(root)\n^-- additionalProperties "foo" not allowed\n\n`],
    ['negative.yml', 'name: a\nid: -1\n', `${INVALID}id: -1\n    ^-- must be >= 0 but found -1\n\n`],
    ['config.json', '{"name":"a","config":[]}', `${INVALID}config: []\n        ^-- expected object, but got array\n\n`],
    ['empty.yml', '# nothing\n', `${INVALID}name: <nil>\n      ^-- one or more required properties are missing\n\n`],
  ] as const) {
    test(`${name} is refused`, async () => {
      const file = write(name, text);
      assert.deepEqual(await validate(file), {
        exit: 255,
        stdout: '',
        reason: `File ${file} was not a valid namespace file. Reasons:\n${reasons}`,
      });
    });
  }

  test('a file that cannot be parsed is told', async () => {
    const file = write('bad.json', '{');
    const { exit, reason } = await validate(file);
    assert.equal(exit, 255);
    assert.match(reason, /^Encountered unmarshal error for ".*bad\.json": .+\n$/);
  });
});
