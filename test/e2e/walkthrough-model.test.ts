import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { TlsMaterial } from '../../src/server/tls-terminator.ts';
import { selfSigned } from '../server/support/self-signed.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { testDatabases } from '../support/databases.ts';
import { runProgramFile } from '../support/run-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

/** As the quickstart has it, word for word. */
const QUICKSTART = `echo "class Document implements Namespace {}" > config.ts
stheno patch opl -f file://./config.ts
echo "Document:secret#read@tom" | stheno parse relation-tuples --format=json - | stheno create relation-tuples -
stheno list relation-tuples
stheno check permission Document:secret read tom
`;

const run = promisify(execFile);
const material = selfSigned('stheno');

describe('walk-through: quickstart with a model', { skip: material === undefined && 'there is no openssl' }, () => {
  let program: BuiltProgram;
  let folder: string;
  before(async () => {
    program = await buildProgram();
    folder = mkdtempSync(join(tmpdir(), 'stheno-quickstart-'));
    const { cert, key } = material as TlsMaterial; // else all of this is skipped
    writeFileSync(join(folder, 'tls.crt'), cert);
    writeFileSync(join(folder, 'tls.key'), key);
    const command = join(folder, 'stheno');
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program.mainFile}' "$@"\n`);
    chmodSync(command, 0o755);
  });
  after(() => {
    program[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  for (const kind of testDatabases()) {
    it(`works word for word over ${kind.name}`, async () => {
      await using database = await kind.create();
      if (database.dsn !== 'memory') await migrate(program.mainFile, database.dsn);
      const tls = { cert: { path: join(folder, 'tls.crt') }, key: { path: join(folder, 'tls.key') } };
      await using server = await SthenoProcess.start({
        mainFile: program.mainFile,
        dsn: database.dsn,
        serve: { read: { tls }, write: { tls } },
      });
      const env = {
        PATH: `${folder}:${process.env.PATH}`,
        HOME: folder,
        KETO_READ_REMOTE: server.address('read'),
        KETO_WRITE_REMOTE: server.address('write'),
        SSL_CERT_FILE: join(folder, 'tls.crt'),
      };
      const { stdout, stderr } = await run('sh', ['-e', '-c', QUICKSTART], { cwd: folder, env });
      // It is so short that nothing can refer to the class.
      assert.match(stderr, /^config\.ts:1:7: warning: namespace "Document" declares nothing/);
      assert.deepEqual(stdout.split('\n'), [
        'version 1 takes the place of 0',
        'CHANGE\t\tNAMESPACE\tRELATION\tBEFORE\tAFTER\t',
        'namespace added\tDocument\t\t\t\t\t',
        'NAMESPACE\tOBJECT\tRELATION NAME\tSUBJECT\t',
        'Document\tsecret\tread\t\ttom\t',
        'NAMESPACE\tOBJECT\tRELATION NAME\tSUBJECT\t',
        'Document\tsecret\tread\t\ttom\t',
        '\t\t',
        'NEXT PAGE TOKEN\t\t',
        'IS LAST PAGE\ttrue\t',
        'Allowed',
        '',
      ]);
      const asked = await run('stheno', ['is', 'allowed', 'ann', 'read', 'Document', 'secret'], { cwd: folder, env });
      assert.equal(asked.stdout, 'Denied\n');
    });
  }
});

async function migrate(mainFile: string, dsn: string): Promise<void> {
  const { exit, stderr } = await runProgramFile(mainFile, {
    args: ['migrate', 'up', '--yes', '-c', ''],
    cwd: '/',
    env: { DSN: dsn },
  });
  assert.equal(exit, 0, stderr);
}
