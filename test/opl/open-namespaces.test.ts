import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import type { NamespaceSource } from '../../src/config/namespace-source.ts';
import { ModelLoadError } from '../../src/opl/model-load-error.ts';
import { openNamespaces } from '../../src/opl/open-namespaces.ts';
import type { ReloadEvent, ReloadingNamespaces } from '../../src/opl/reloading-namespaces.ts';
import { eventually } from './support/eventually.ts';

const opl = (...names: string[]): string => names.map((name) => `class ${name} implements Namespace {}\n`).join('');

let dir: string;
let opened: ReloadingNamespaces | undefined;
let events: ReloadEvent[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stheno-namespaces-'));
  events = [];
});
afterEach(async () => {
  await opened?.[Symbol.asyncDispose]();
  opened = undefined;
  await rm(dir, { recursive: true });
});
after(() => opened?.[Symbol.asyncDispose]());

async function open(source: NamespaceSource, fileEvents = true): Promise<ReloadingNamespaces> {
  opened = await openNamespaces({
    source,
    onReload: (event) => events.push(event),
    timing: { pollMs: 100, retryWaitsMs: [], fileEvents },
  });
  return opened;
}

const names = (): string[] =>
  opened
    ?.current()
    .list()
    .map(({ name }) => name) ?? [];

describe('inline namespaces', () => {
  it('have the listed names and no relations', async () => {
    const manager = await open({
      kind: 'inline',
      namespaces: [{ name: 'videos' }, { name: 'groups' }, { name: 'videos' }],
    });
    assert.deepEqual(names(), ['groups', 'videos']);
    assert.equal(manager.current().origin, 'inline');
    assert.equal(manager.current().declaration('videos', 'anything'), 'none');
  });
});

describe('an OPL file', () => {
  it('is loaded from a path relative to the working directory', async () => {
    const cwd = process.cwd();
    await writeFile(join(dir, 'model.ts'), opl('A'));
    process.chdir(dir);
    try {
      await open({ kind: 'opl', location: 'file://./model.ts' });
    } finally {
      process.chdir(cwd);
    }
    assert.deepEqual(names(), ['A']);
    assert.equal(opened?.current().origin, 'opl');
  });

  it('is loaded from a percent-encoded path', async () => {
    await writeFile(join(dir, 'my model.ts'), opl('A'));
    await open({ kind: 'opl', location: `file://${dir}/my%20model.ts` });
    assert.deepEqual(names(), ['A']);
  });

  for (const fileEvents of [true, false]) {
    describe(fileEvents ? 'watched with events' : 'watched by polling alone', () => {
      let path: string;
      beforeEach(async () => {
        path = join(dir, 'model.ts');
        await writeFile(path, opl('A'));
        await open({ kind: 'opl', location: `file://${path}` }, fileEvents);
      });

      it('is reloaded when written in place', async () => {
        await writeFile(path, opl('A', 'B'));
        await eventually(['A', 'B'], names);
        await writeFile(path, opl('C'));
        await eventually(['C'], names);
      });

      it('is reloaded when another file is renamed over it, twice', async () => {
        for (const name of ['B', 'C']) {
          await writeFile(join(dir, '.model.ts.swp'), opl(name));
          await rename(join(dir, '.model.ts.swp'), path);
          await eventually([name], names);
        }
      });

      it('keeps the last good model while the file is broken or gone', async () => {
        await writeFile(path, 'class A implements Namespace { related: {');
        await eventually(false, () => events.at(-1)?.ok);
        assert.deepEqual(names(), ['A']);
        assert.match(opened?.problem() ?? '', /^the namespaces have errors: model\.ts:1:42: expected identifier/);
        assert.equal(events.at(-1)?.diagnostics.length, 1);

        await unlink(path);
        await eventually('cannot read "model.ts": no such file or directory', () => opened?.problem());
        assert.deepEqual(names(), ['A']);

        await writeFile(path, opl('B'));
        await eventually(['B'], names);
        assert.equal(opened?.problem(), undefined);
      });

      it('never shows a half-written model', async () => {
        const seen = new Set<string>();
        const sampling = setInterval(() => seen.add(names().join()), 1);
        // No part of it parses, so a slow machine cannot make a part look whole.
        const document = 'class B implements Namespace { related: { b: B[] } }';
        for (let length = 8; length <= document.length; length += 8) {
          await writeFile(path, document.slice(0, length));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await writeFile(path, document);
        await eventually(['B'], names);
        clearInterval(sampling);
        assert.deepEqual([...seen.add('A').add('B')].sort(), ['A', 'B']);
      });
    });
  }

  it('says nothing when the file was touched but not changed', async () => {
    const path = join(dir, 'model.ts');
    await writeFile(path, opl('A'));
    await open({ kind: 'opl', location: `file://${path}` });
    await writeFile(path, opl('A'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(events.length, 1);
  });

  for (const [what, location] of [
    ['the file', 'model.ts'],
    ['the directory that is watched', ''],
  ] as const) {
    it(`is reloaded when Kubernetes swaps the data behind ${what}`, async () => {
      for (const [version, name] of ['A', 'B', 'C'].entries()) {
        await mkdir(join(dir, `..${version}`));
        await writeFile(join(dir, `..${version}/model.ts`), opl(name));
      }
      await symlink('..0', join(dir, '..data'));
      await symlink('..data/model.ts', join(dir, 'model.ts'));
      await open({ kind: 'opl', location: `file://${dir}/${location}` });
      assert.deepEqual(names(), ['A']);
      for (const [version, name] of ['A', 'B', 'C'].entries()) {
        await symlink(`..${version}`, join(dir, '..data_tmp'));
        await rename(join(dir, '..data_tmp'), join(dir, '..data'));
        await eventually([name], names);
      }
    });
  }

  it('is reloaded when a directory above it is a link that is swapped', async () => {
    for (const name of ['A', 'B']) {
      await mkdir(join(dir, name, 'sub'), { recursive: true });
      await writeFile(join(dir, name, 'sub/model.ts'), opl(name));
    }
    await symlink('A', join(dir, 'current'));
    await open({ kind: 'opl', location: `file://${dir}/current/sub/model.ts` });
    await symlink('B', join(dir, 'next'));
    await rename(join(dir, 'next'), join(dir, 'current'));
    await eventually(['B'], names);
  });

  it('is left alone once the namespaces are closed', async () => {
    const before = countWatches();
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'sub/model.ts'), opl('A'));
    const manager = await open({ kind: 'opl', location: `file://${dir}` });
    await writeFile(join(dir, 'sub/model.ts'), opl('B'));
    await eventually(['B'], names);
    if (process.platform === 'linux') assert.ok(countWatches() > before);
    await manager[Symbol.asyncDispose]();
    assert.equal(countWatches(), before);
    await writeFile(join(dir, 'sub/model.ts'), opl('C'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(events.length, 2);
  });
});

/** What the process watches, as Linux tells. */
function countWatches(): number {
  if (process.platform !== 'linux') return 0;
  const descriptors = readdirSync('/proc/self/fdinfo').flatMap((descriptor) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').match(/^inotify wd:/gm) ?? [];
    } catch {
      // Closed between listing and reading, as the one that lists them is.
      return [];
    }
  });
  return descriptors.length;
}

describe('a directory of OPL files', () => {
  it('is one model whose files refer to each other', async () => {
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'a.ts'), 'class A implements Namespace { related: { b: B[] } }');
    await writeFile(join(dir, 'sub/b.opl'), opl('B'));
    await open({ kind: 'opl', location: `file://${dir}` });
    assert.deepEqual(names(), ['A', 'B']);
  });

  it('is replaced as a whole, when all of it parses', async () => {
    await writeFile(join(dir, 'a.ts'), 'class A implements Namespace { related: { b: B[] } }');
    await writeFile(join(dir, 'b.ts'), opl('B'));
    await open({ kind: 'opl', location: `file://${dir}` });

    await writeFile(join(dir, 'b.ts'), opl('C'));
    await eventually('the namespaces have errors: a.ts:1:46: namespace "B" was not declared', () => opened?.problem());
    assert.deepEqual(names(), ['A', 'B']);

    await writeFile(join(dir, 'a.ts'), 'class A implements Namespace { related: { c: C[] } }');
    await eventually(['A', 'C'], names);
  });

  it('follows files that come and go, in sub-directories too', async () => {
    await writeFile(join(dir, 'a.ts'), opl('A'));
    await open({ kind: 'opl', location: `file://${dir}` });
    await mkdir(join(dir, 'x/y'), { recursive: true });
    await writeFile(join(dir, 'x/y/b.ts'), opl('B'));
    await eventually(['A', 'B'], names);
    await writeFile(join(dir, 'x/y/b.ts'), opl('C'));
    await eventually(['A', 'C'], names);
    await rm(join(dir, 'x'), { recursive: true });
    await eventually(['A'], names);
  });

  it('keeps the last good model when the last file goes', async () => {
    await writeFile(join(dir, 'a.ts'), opl('A'));
    await open({ kind: 'opl', location: `file://${dir}` });
    await unlink(join(dir, 'a.ts'));
    await eventually('there are no files at the location of the namespaces', () => opened?.problem());
    assert.deepEqual(names(), ['A']);
  });
});

describe('legacy namespace files', () => {
  it('declare one namespace each, as YAML, JSON or TOML', async () => {
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'a.yml'), 'id: 0\nname: a\n');
    await writeFile(join(dir, 'b.yaml'), 'name: b\nconfig: {}\n');
    await writeFile(join(dir, 'c.json'), '{"id": 1, "name": "c"}');
    await writeFile(join(dir, 'sub/d.toml'), 'id = 2\nname = "d"\n');
    await writeFile(join(dir, 'README.md'), '# not a namespace');
    const manager = await open({ kind: 'legacy', uri: `file://${dir}` });
    assert.deepEqual(names(), ['a', 'b', 'c', 'd']);
    assert.equal(manager.current().origin, 'legacy-files');
    assert.deepEqual(
      events.map(({ ok, diagnostics }) => [ok, diagnostics.map(({ file, severity }) => [file, severity])]),
      [[true, [['README.md', 'warning']]]],
    );
  });

  it('are reloaded; what is broken changes nothing', async () => {
    await writeFile(join(dir, 'a.yml'), 'name: a\n');
    await open({ kind: 'legacy', uri: `file://${dir}` });
    await writeFile(join(dir, 'b.json'), '{"name": 7}');
    await eventually('the namespaces have errors: b.json:1:1: the key "name" must be a string', () =>
      opened?.problem(),
    );
    assert.deepEqual(names(), ['a']);
    await writeFile(join(dir, 'b.json'), '{"name": "b"}');
    await eventually(['a', 'b'], names);
    await unlink(join(dir, 'a.yml'));
    await eventually(['b'], names);
  });

  for (const [name, content, message] of [
    ['a.yml', 'name: [', /a\.yml:1:1: /],
    ['a.json', '{"name": "a"', /a\.json:1:1: /],
    ['a.toml', 'name = ', /a\.toml:1:1: /],
    ['a.yml', '- name: a', /expected one namespace, an object with the key "name"/],
    ['a.json', 'null', /expected one namespace, an object with the key "name"/],
    ['a.yml', 'id: 3', /the key "name" must be a string/],
  ] as const) {
    it(`do not load at start with ${JSON.stringify(content)} in ${name}`, async () => {
      await writeFile(join(dir, name), content);
      await assert.rejects(open({ kind: 'legacy', uri: `file://${dir}` }), message);
    });
  }
});

describe('base64', () => {
  it('holds the document itself', async () => {
    await open({ kind: 'opl', location: `base64://${Buffer.from(opl('A')).toString('base64')}` });
    assert.deepEqual(names(), ['A']);
  });
});

describe('at start', () => {
  for (const [what, source, message] of [
    ['a path that does not exist', { kind: 'opl', location: 'file:///does/not/exist.ts' }, /no such file or directory/],
    [
      'a legacy path that does not exist',
      { kind: 'legacy', uri: 'file:///does/not/exist' },
      /no such file or directory/,
    ],
    ['an unknown scheme', { kind: 'opl', location: 'ftp://example.org/x' }, /^unexpected url scheme: "ftp"$/],
    ['no scheme', { kind: 'opl', location: './model.ts' }, /^unexpected url scheme: ""$/],
    ['a legacy URL', { kind: 'legacy', uri: 'https://example.org/x' }, /^unexpected url scheme: "https"$/],
    ['broken base64', { kind: 'opl', location: 'base64://***' }, /not valid base64/],
    ['base64 without padding', { kind: 'opl', location: 'base64://YQ' }, /not valid base64/],
  ] as const satisfies readonly (readonly [string, NamespaceSource, RegExp])[]) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(open(source), (error: Error) => {
        assert.ok(error instanceof ModelLoadError);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('refuses a broken model with all its errors', async () => {
    await writeFile(join(dir, 'a.ts'), 'class A implements Namespace { foo }\nclass B extends C {}');
    await writeFile(join(dir, 'b.ts'), 'class');
    await assert.rejects(open({ kind: 'opl', location: `file://${dir}` }), (error: Error) => {
      assert.ok(error instanceof ModelLoadError);
      assert.deepEqual(
        error.diagnostics.map(({ file, start, message }) => [file, start.line, start.column, message]),
        [
          ['a.ts', 1, 31, "expected 'permits' or 'related', got \"foo\""],
          ['a.ts', 2, 8, 'expected "implements", got "extends"'],
          ['b.ts', 1, 5, 'expected identifier, got EOF'],
        ],
      );
      return true;
    });
  });
});

describe('replacing the source', () => {
  it('takes the model of the new one and forgets the old one', async () => {
    const path = join(dir, 'a.ts');
    await writeFile(path, opl('A'));
    const manager = await open({ kind: 'opl', location: `file://${path}` });
    await manager.replaceSource({ kind: 'inline', namespaces: [{ name: 'videos' }] });
    assert.deepEqual(names(), ['videos']);
    await writeFile(path, opl('B'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.deepEqual(names(), ['videos']);
  });

  it('keeps the model until the new source loads', async () => {
    const manager = await open({ kind: 'inline', namespaces: [{ name: 'videos' }] });
    await manager.replaceSource({ kind: 'opl', location: `file://${dir}/a.ts` });
    assert.deepEqual(names(), ['videos']);
    assert.equal(manager.problem(), 'cannot read "a.ts": no such file or directory');
    await writeFile(join(dir, 'a.ts'), opl('A'));
    await eventually(['A'], names);
    assert.equal(manager.problem(), undefined);
  });

  it('reports a source that cannot be', async () => {
    const manager = await open({ kind: 'inline', namespaces: [{ name: 'videos' }] });
    await manager.replaceSource({ kind: 'opl', location: 'ftp://x' });
    assert.deepEqual(names(), ['videos']);
    assert.equal(manager.problem(), 'unexpected url scheme: "ftp"');
  });
});
