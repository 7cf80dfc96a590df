import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { InstalledPackage } from './support/installed-package.ts';

/** What each example prints on a server with an empty store. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  'first-check.ts': ['ann: true', 'bob: false', 'allowed: 1 of 3', 'ann, later: false'],
  'session.ts': ['while sharing: true', 'while viewing: true'],
  'list-tuples.ts': [
    'first: groups:everyone#member@user00',
    'count: 25',
    'second page: user10 user11 user12 user13 user14 user15 user16 user17 user18 user19',
  ],
  'errors-and-deadlines.ts': [
    'false',
    'not_found: Unknown namespace with name "no-such-namespace".',
    'false',
    'invalid_argument: tuple "this is no tuple" does not have the form namespace:object#relation@subject',
    'false',
    'canceled: This operation was aborted',
    'false',
  ],
  'embed-server.ts': ['true'],
};

describe('the package, as a dependency', () => {
  let project: InstalledPackage;
  before(async () => {
    project = await InstalledPackage.build();
    const files = Object.keys(OUTPUTS).map((name) => [name, readFileSync(`examples/${name}`, 'utf8')]);
    await project.compile(Object.fromEntries(files), { target: 'es2023', types: ['node'], skipLibCheck: true });
  });
  after(() => project[Symbol.dispose]());

  it('has no example that is not run here', () => {
    const names = readdirSync('examples').filter((name) => name.endsWith('.ts'));
    assert.deepEqual(names, Object.keys(OUTPUTS).sort());
  });

  for (const [name, output] of Object.entries(OUTPUTS)) {
    it(`runs examples/${name}`, async () => {
      const namespaces = ['groups', 'resources'].map((namespace, id) => ({ id, name: namespace }));
      await using server = await ReplayServer.start({ namespaces });
      const lines = await project.run(name.replace('.ts', '.js'), {
        STHENO_READ_URL: `http://127.0.0.1:${server.port('read')}`,
        STHENO_WRITE_URL: `http://127.0.0.1:${server.port('write')}`,
      });
      assert.deepEqual(lines, output);
    });
  }

  it('has types that a project for browsers can use', async () => {
    const text = `
      import { SthenoClient, type RelationTuple } from 'stheno/client';
      const client = new SthenoClient({ baseUrl: location.origin });
      const isAllowed: boolean = await client.check({ namespace: 'a', object: 'b', relation: 'c', subject: { id: 'd' } });
      const found: RelationTuple[] = [];
      for await (const tuple of client.listTuples({ namespace: 'a' })) found.push(tuple);
      // @ts-expect-error A namespace is required.
      await client.deleteTuples({ object: isAllowed ? 'b' : 'c' });
      export { found };`;
    const browser = { target: 'es2022', lib: ['es2022', 'dom'], module: 'esnext', moduleResolution: 'bundler' };
    await project.compile({ 'page.ts': text }, { ...browser, types: [], noEmit: true });
  });
});
