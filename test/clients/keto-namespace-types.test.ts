import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PHOTO_MODEL, startPhotoWorld } from './support/photo-world.ts';

const require = createRequire(import.meta.url);

/** The package's declarations stand in for the standard library; they were written for a compiler that is not strict. */
const COMPILER_FLAGS = ['--noEmit', '--noLib', '--strict', 'false', '--pretty', 'false'];

describe('a model that imports @ory/keto-namespace-types', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'namespace-types-'));
    const types = path.dirname(require.resolve('@ory/keto-namespace-types/package.json'));
    mkdirSync(path.join(folder, 'node_modules', '@ory'), { recursive: true });
    symlinkSync(types, path.join(folder, 'node_modules', '@ory', 'keto-namespace-types'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is TypeScript', () => {
    assert.equal(compile(PHOTO_MODEL), '');
  });

  it('is refused by the compiler where it names what does not exist', () => {
    assert.match(compile(PHOTO_MODEL.replace('related.banned', 'related.baned')), /'baned' does not exist/);
  });

  it('is loaded and answers questions', async () => {
    await using server = await startPhotoWorld();
    const asked = `http://127.0.0.1:${server.port('read')}/relation-tuples/check/openapi`;
    const question = `${asked}?namespace=Photo&object=beach&relation=view&subject_id`;
    assert.deepEqual(await (await fetch(`${question}=maria`)).json(), { allowed: true });
    assert.deepEqual(await (await fetch(`${question}=uli`)).json(), { allowed: false });
  });

  /** What the compiler says of a model. */
  function compile(model: string): string {
    const file = path.join(folder, 'photos.ts');
    writeFileSync(file, model);
    const compiler = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
    return spawnSync(process.execPath, [compiler, ...COMPILER_FLAGS, file], { cwd: folder, encoding: 'utf8' }).stdout;
  }
});
