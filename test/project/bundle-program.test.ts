import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bundleProgram } from '../../scripts/bundle-program.ts';

const IMPORT = /^import (?:[^'"\n]* from )?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

describe('the bundled program', () => {
  let folder: string;
  let files: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stheno-bundle-'));
    await bundleProgram(folder);
    files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  });

  after(() => rmSync(folder, { recursive: true }));

  it('looks for no package but those with native code', () => {
    const packages = files.flatMap(importsOf).filter((name) => !name.startsWith('.') && !isBuiltin(name));
    assert.deepEqual([...new Set(packages)], ['better-sqlite3']);
  });

  it('loads a database driver only with its dialect', () => {
    const [pg, sqlite] = ['node_modules/pg/lib/index.js', 'src/persistence/sql/sqlite/open-sqlite-connection.ts'].map(
      (source) => files.filter((file) => textOf(file).includes(`// ${source}\n`)),
    );
    assert.equal(pg?.length, 1);
    assert.equal(sqlite?.length, 1);
    assert.match(pg[0] ?? '', /^program\/postgres-dialect-/);
    assert.match(sqlite[0] ?? '', /^program\/sqlite-dialect-/);
  });

  it('names the licences of the packages in it', () => {
    const licenses = readFileSync(join(folder, 'program', 'LICENSES.txt'), 'utf8');
    const names = files.flatMap((file) =>
      [...textOf(file).matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map((match) => match[1]),
    );
    assert.ok(names.length > 0);
    for (const name of new Set(names)) assert.match(licenses, new RegExp(`^${name} \\d+\\.\\d+.* \\(.+\\)$`, 'm'));
  });

  function importsOf(file: string): string[] {
    return [...textOf(file).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
  }

  function textOf(file: string): string {
    return readFileSync(join(folder, file), 'utf8');
  }
});
