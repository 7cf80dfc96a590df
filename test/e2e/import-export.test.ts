import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { callProgram } from '../cli/support/call-program.ts';
import { type TestDatabaseKind, testDatabases } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const MAIN_FILE = path.join(import.meta.dirname, '../../src/main.ts');
const MODEL = 'class User implements Namespace {}\nclass Doc implements Namespace { related: { owners: User[] } }';

// The contract of persisters is shown on every database.
const KINDS = testDatabases().filter(({ name }) => name === 'SQLite memory' || name === 'PostgreSQL');

for (const kind of KINDS) {
  describe(`import and export with ${kind.name}`, () => {
    let world: World;
    before(async () => {
      world = await World.start(kind);
    });
    beforeEach(() => world.clear());
    after(() => world[Symbol.asyncDispose]());

    it('give back what was imported: JSON lines, texts, and either compressed', async () => {
      const lines = linesOf(Array.from({ length: 1_200 }, (_, i) => tuple(`o${String(i).padStart(4, '0')}`, 'é🗝 x')));
      const file = world.write('in.jsonl', lines);
      const { exit, stdout } = await world.run('import', file);
      assert.deepEqual([exit, stdout], [0, '1200 changes were imported: 1200 tuples inserted, 0 deleted\n']);
      for (const [name, flags] of [
        ['out.jsonl', []],
        ['out.jsonl.gz', []],
        ['out.txt', ['--format', 'text']],
        ['out.bin', ['--format', 'text', '--gzip']],
      ] as const) {
        const out = world.path(name);
        assert.deepEqual(await world.run('export', out, ...flags), { exit: 0, stdout: '', stderr: '' });
        const bytes = readFileSync(out);
        if (name === 'out.jsonl') assert.equal(bytes.toString(), lines);
        if (name === 'out.jsonl.gz') assert.equal(gunzipSync(bytes).toString(), lines);
        if (name === 'out.txt') assert.ok(bytes.toString().startsWith('Doc:o0000#owners@é🗝 x\n'));
        await world.clear();
        const again = await world.run('import', out, '--format', 'json');
        const { inserted, deleted, received } = JSON.parse(again.stdout);
        assert.deepEqual({ inserted, deleted, received }, { inserted: 1_200, deleted: 0, received: 1_200 });
      }
    });

    it('give back any tuples whatsoever', async () => {
      const name = fc.string({ unit: 'grapheme', maxLength: 300 });
      const subject = fc.oneof(
        fc.record({ subject_id: name }),
        fc.record({ subject_set: fc.record({ namespace: fc.constant('Doc'), object: name, relation: name }) }),
      );
      const parts = fc.record({ namespace: fc.constantFrom('Doc', 'User'), object: name, relation: name });
      const tuples = fc.array(
        fc.tuple(parts, subject).map(([own, its]) => ({ ...own, ...its })),
        { maxLength: 50 },
      );
      await fc.assert(
        fc.asyncProperty(tuples, async (all) => {
          await world.clear();
          const imported = await world.run('import', world.write('any.jsonl', linesOf(all)));
          assert.equal(imported.exit, 0, imported.stderr);
          const exported = (await world.run('export')).stdout;
          assert.deepEqual(new Set(exported.split('\n')), new Set(linesOf(all).split('\n')));
          await world.clear();
          await world.run('import', world.write('again.jsonl', exported));
          assert.equal((await world.run('export')).stdout, exported);
        }),
        { numRuns: 10 },
      );
    });

    it('read the standard input, and write what a query matches to the standard output', async () => {
      const input = 'Doc:a#owners@ann\n\n// nobody\nDoc:b#owners@(Doc:a#owners)\n';
      const imported = await world.run({ stdin: input }, 'import', '-');
      assert.equal(imported.stdout, '2 changes were imported: 2 tuples inserted, 0 deleted\n');
      const { stdout } = await world.run('export', '--format', 'text', '--subject-set', 'Doc:a#owners');
      assert.equal(stdout, 'Doc:b#owners@Doc:a#owners\n');
      assert.deepEqual(await world.run('export', '-', '--format', 'text', '--subject-set', 'Doc:a#owners'), {
        exit: 0,
        stdout,
        stderr: '',
      });
      const compressed = await world.run({ stdin: gzipSync('Doc:c#owners@ann') }, 'import', '-', '-q');
      assert.match(compressed.stdout, /^[\w-]{20}\n$/);
    });

    it('say which line of which file is bad; a corrected file completes the import', async () => {
      const good = Array.from({ length: 1_500 }, (_, i) => `Doc:o${i}#owners@ann\n`).join('');
      const first = world.write('first.txt', 'Doc:first#owners@ann\n');
      const second = world.write('second.txt', `${good}Doc:bad#owners\n`);
      const failed = await world.run('import', first, second);
      assert.equal(failed.exit, 255);
      const reason = `line 1501: neither JSON nor namespace:object#relation@subject`;
      const done = '1501 changes are imported for sure; the same command completes the import';
      assert.equal(failed.stderr, `${second}: ${reason}\n${done}\n`);
      assert.ok(!existsSync(`${first}.import`));
      assert.equal(JSON.parse(readFileSync(`${second}.import`, 'utf8')).lines, 1_500);
      const changed = await world.run('import', second, '--resume');
      assert.equal(
        changed.stderr,
        `${second}: ${reason}\n0 changes are imported for sure; the same command completes the import\n`,
      );
      world.write('second.txt', `${good}Doc:good#owners@ann\n`);
      const completed = await world.run('import', first, second);
      assert.equal(completed.stdout, '1502 changes were imported: 1 tuples inserted, 0 deleted\n');
      assert.ok(!existsSync(`${second}.import`));
    });

    it('resume behind what is acknowledged when only the rest of the file has changed', async () => {
      const good = Array.from({ length: 1_500 }, (_, i) => `Doc:o${i}#owners@ann\r\n`).join('');
      const name = 'mended.txt';
      const file = world.write(name, `// note\n${good}bad\n`);
      await world.run('import', file);
      const state = readFileSync(`${file}.import`, 'utf8');
      assert.equal(JSON.parse(state).lines, 1_501);
      const refusal = `${file}.import: lines 1 to 1501 are imported, and have changed since: delete this file to begin anew\n`;
      for (const other of [good, `// nota\n${good}Doc:last#owners@ann`, `// note\n${good}`.slice(0, -1), '']) {
        world.write(name, other);
        assert.deepEqual(await world.run('import', file, '--resume'), { exit: 255, stdout: '', stderr: refusal });
      }
      const mended = `// note\n${good}Doc:last#owners@ann\nworse\n`;
      for (const content of [mended, gzipSync(mended)]) {
        world.write(name, content);
        world.write(`${name}.import`, state);
        const failed = await world.run('import', file, '--resume');
        assert.match(failed.stderr, /mended\.txt: line 1503: neither JSON nor .*\n1 change is imported for sure/);
        assert.equal(JSON.parse(readFileSync(`${file}.import`, 'utf8')).lines, 1_502);
      }
      world.write(name, `// note\n${good}Doc:last#owners@ann\n`);
      const completed = await world.run('import', file, '--resume');
      assert.equal(completed.stdout, '0 changes were imported: 0 tuples inserted, 0 deleted\n');
      assert.ok(!existsSync(`${file}.import`));
    });

    it('say which line the server refuses', async () => {
      const lines = Array.from({ length: 1_700 }, (_, i) => (i === 1_650 ? 'None:o#r@a' : `Doc:o${i}#owners@ann`));
      const file = world.write('none.txt', lines.join('\n'));
      const { exit, stderr } = await world.run('import', file);
      assert.equal(exit, 255);
      assert.match(stderr, /none\.txt: line 1651: Unknown namespace with name "None"\.\n/);
    });

    it('fail for files that are not there, are cut off or cannot be written', async () => {
      const cut = world.write('cut.gz', gzipSync(linesOf([tuple('a', 'b')])).subarray(0, 30));
      const cases: readonly [words: readonly string[], stderr: RegExp][] = [
        [['import'], /requires at least 1 file/],
        [['import', world.path('missing')], /^opening file .*missing: no such file or directory\n/],
        [['import', cut], /cut\.gz: it is not what gzip makes, or ends too early\n/],
        [['export', world.path('.')], /^writing file .*: is a directory\n$/],
        [
          ['export', world.path('no/such/folder.jsonl')],
          /^writing file .*folder\.jsonl: .*no such file or directory\n/,
        ],
        [['export', '--namespace', 'None'], /^Could not make request: rpc error: code = NotFound/],
        [['export', world.path('x'), '--format', 'xml'], /unknown format "xml": it must be jsonl or text/],
      ];
      for (const [words, stderr] of cases) {
        const failed = await world.run(...words);
        assert.notEqual(failed.exit, 0);
        assert.match(failed.stderr, stderr);
      }
      assert.deepEqual(
        world.files().filter((name) => name.startsWith('x') || name.endsWith('.part')),
        [],
      );
    });

    it('write to what is no regular file as it stands', async () => {
      await world.run({ stdin: 'Doc:a#owners@ann' }, 'import', '-');
      const link = world.path('nowhere');
      symlinkSync('/dev/null', link);
      assert.deepEqual(await world.run('export', link), { exit: 0, stdout: '', stderr: '' });
      assert.ok(statSync(link).isCharacterDevice());
    });

    it('refuse texts that would be read as another tuple, and leave no file behind', async () => {
      await world.run({ stdin: linesOf([tuple('plain', 'a'), tuple('z', 'with:colon')]) }, 'import', '-');
      const failed = await world.run('export', world.path('texts.txt'), '--format', 'text');
      assert.match(failed.stderr, /"with:colon"\} cannot be written in text form: use --format jsonl\n/);
      assert.deepEqual(
        world.files().filter((name) => name.startsWith('texts')),
        [],
      );
    });

    it('show how far they are on a terminal', async () => {
      const file = world.write('some.txt', Array.from({ length: 3_000 }, (_, i) => `Doc:o${i}#owners@ann\n`).join(''));
      const imported = await world.run({ isTerminal: true }, 'import', file);
      assert.match(imported.stderr, /some\.txt \[█{24}\] 100 %, 3,000 tuples, [\d,]+\/s, 0:00 left/);
      const exported = await world.run({ isTerminal: true }, 'export', world.path('some.jsonl'));
      assert.match(exported.stderr, /some\.jsonl \[.{24}\] \d+ %, [\d,]+ tuples/);
    });
  });
}

describe('an export that is terminated', () => {
  it('leaves nothing behind, however often it is told', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'stheno-export-'));
    const silent = createServer((socket) => socket.on('error', () => {}));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo; // it listens on a port
    const flags = ['--read-remote', `127.0.0.1:${port}`, '--insecure-disable-transport-security'];
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN_FILE, 'export', path.join(folder, 'all'), ...flags]);
    const ended = once(child, 'exit');
    try {
      await eventually(() => existsSync(path.join(folder, 'all.part')));
      const signals = setInterval(() => child.kill('SIGTERM'), 1);
      child.kill('SIGTERM');
      await ended;
      clearInterval(signals);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      child.kill('SIGKILL');
      silent.close();
      rmSync(folder, { recursive: true });
    }
  });
});

function tuple(object: string, id: string) {
  return { namespace: 'Doc', object, relation: 'owners', subject_id: id };
}

function linesOf(tuples: readonly object[]): string {
  return tuples.map((one) => `${JSON.stringify(one)}\n`).join('');
}

interface RunOptions {
  readonly stdin?: string | Buffer;
  readonly isTerminal?: boolean;
}

/** A server in this process on a database of its own, and a folder for files. */
class World implements AsyncDisposable {
  readonly #database: AsyncDisposable;
  readonly #server: ReplayServer;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'stheno-import-'));

  static async start(kind: TestDatabaseKind): Promise<World> {
    const database = await kind.create();
    const server = await ReplayServer.start({ files: { 'model.ts': MODEL }, config: { dsn: database.dsn } });
    return new World(database, server);
  }

  private constructor(database: AsyncDisposable, server: ReplayServer) {
    this.#database = database;
    this.#server = server;
  }

  path(name: string): string {
    return path.join(this.#folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  files(): string[] {
    return readdirSync(this.#folder);
  }

  async clear(): Promise<void> {
    for (const namespace of ['Doc', 'User']) {
      const url = `http://127.0.0.1:${this.#server.port('write')}/admin/relation-tuples?namespace=${namespace}`;
      await fetch(url, { method: 'DELETE' });
    }
  }

  run(first?: string | RunOptions, ...rest: string[]) {
    const [words, options] = typeof first === 'object' ? [rest, first] : [[first ?? '', ...rest], {}];
    const env = {
      KETO_READ_REMOTE: `127.0.0.1:${this.#server.port('read')}`,
      KETO_WRITE_REMOTE: `127.0.0.1:${this.#server.port('write')}`,
    };
    return callProgram([...words, '--insecure-disable-transport-security'], { env, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true });
    await this.#server[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }
}
