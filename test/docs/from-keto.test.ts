import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

const run = promisify(execFile);
const NAMESPACES = [{ name: 'files' }, { name: 'groups' }];
const TUPLES = 603;

/** The shell commands of the guide, in their order. */
function shellBlocks(): string[] {
  const text = readFileSync(new URL('../../docs/from-keto.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
}

describe('the guide for those who come from Keto', () => {
  const dir = mkdtempSync(join(tmpdir(), 'stheno-guide-'));
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
    const stheno = `#!/bin/sh\nexec '${process.execPath}' '${program.mainFile}' "$@"\n`;
    writeFileSync(join(dir, 'stheno'), stheno, { mode: 0o755 });
  });
  after(() => {
    program[Symbol.dispose]();
    rmSync(dir, { recursive: true });
  });

  const shell = (script: string, env: Readonly<Record<string, string>> = {}) =>
    run('sh', ['-euc', script], { cwd: dir, env: { ...env, HOME: dir, PATH: `${dir}:${process.env.PATH}` } });

  // The old server speaks the API that the copy reads, which is all that matters of it here.
  it('moves every tuple with the commands that it shows', async () => {
    const [migrate = '', ...copy] = shellBlocks();
    const dsn = `sqlite://${dir}/new.sqlite`;
    writeFileSync(join(dir, 'keto.yml'), JSON.stringify({ dsn, namespaces: NAMESPACES }));
    await shell(migrate);
    const common = { mainFile: program.mainFile, config: { namespaces: NAMESPACES } };
    await using old = await SthenoProcess.start({ ...common, dsn: 'memory' });
    await using fresh = await SthenoProcess.start({ ...common, dsn });
    await fill(old);

    const addresses = { OLD: old.address('read'), NEW: fresh.address('write') };
    const { stdout } = await shell(copy.join('\n'), addresses);
    assert.equal(stdout, '', 'the comparison found differences');
    const lines = readFileSync(join(dir, 'new.txt'), 'utf8').trim().split('\n');
    assert.equal(lines.length, TUPLES);

    await remove(fresh, 'file 7');
    const compared = await shell(copy.filter((block) => !block.includes('create')).join('\n'), addresses).catch(
      ({ stdout: difference }) => ({ stdout: String(difference) }),
    );
    assert.match(compared.stdout, /^< files:file 7#owner@/m, 'the comparison sees what is missing');
  });
});

async function fill(server: SthenoProcess): Promise<void> {
  const deltas = Array.from({ length: TUPLES }, (_, index) => ({
    action: 'insert',
    relation_tuple: {
      namespace: 'files',
      object: `file ${index}`,
      relation: 'owner',
      ...(index % 2 === 0
        ? { subject_id: `"user" & ${index}` }
        : { subject_set: { namespace: 'groups', object: 'all', relation: '' } }),
    },
  }));
  const response = await fetch(`${server.url('write')}/admin/relation-tuples`, {
    method: 'PATCH',
    body: JSON.stringify(deltas),
  });
  assert.equal(response.status, 204);
}

async function remove(server: SthenoProcess, object: string): Promise<void> {
  const query = new URLSearchParams({ namespace: 'files', object });
  const response = await fetch(`${server.url('write')}/admin/relation-tuples?${query}`, { method: 'DELETE' });
  assert.equal(response.status, 204);
}
