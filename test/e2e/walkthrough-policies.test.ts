import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import {
  createMariaDb,
  createPostgres,
  createSqliteMemory,
  missesMariaDb,
  type TestDatabase,
} from '../support/databases.ts';

/** What the documentation of the policies tells to type. */
const COMMANDS = `
mkdir -p policies
cat > policies/example-policy.json <<'EOL'
[{"id":"example-policy","subjects":["alice"],"resources":["blog_posts:my-first-blog-post"],"actions":["delete"],"effect":"allow"}]
EOL

stheno engines acp ory policies import exact policies/example-policy.json; echo "exit $?"
stheno engines acp ory policies get exact example-policy
stheno engines acp ory allowed exact alice blog_posts:my-first-blog-post delete; echo "exit $?"
stheno engines acp ory allowed exact bob blog_posts:my-first-blog-post delete; echo "exit $?"
`;

/** And what it says that is printed. */
const OUTPUT = `exit 0
{
	"actions": [
		"delete"
	],
	"effect": "allow",
	"id": "example-policy",
	"resources": [
		"blog_posts:my-first-blog-post"
	],
	"subjects": [
		"alice"
	]
}
{
	"allowed": true
}
exit 0
{
	"allowed": false
}
exit 0
`;

const DOCUMENT =
  '{"id":"example-policy","description":"","subjects":["alice"],"resources":["blog_posts:my-first-blog-post"],"actions":["delete"],"effect":"allow","conditions":null}';
const SENT =
  '{"id":"example-policy","subjects":["alice"],"resources":["blog_posts:my-first-blog-post"],"actions":["delete"],"effect":"allow"}';
const QUESTION = (subject: string): string =>
  `{"subject":"${subject}","resource":"blog_posts:my-first-blog-post","action":"delete"}`;

const DATABASES = [
  { name: 'memory, named by DSN', variable: 'DSN', create: createSqliteMemory },
  { name: 'memory, named by DATABASE_URL', variable: 'DATABASE_URL', create: createSqliteMemory },
  { name: 'PostgreSQL, named by DATABASE_URL', variable: 'DATABASE_URL', create: createPostgres },
  ...(missesMariaDb() === undefined
    ? [{ name: 'MariaDB, named by DATABASE_URL', variable: 'DATABASE_URL', create: createMariaDb }]
    : []),
];

describe('walk-through: deploy, migrate, and the policies engine', () => {
  let program: BuiltProgram;
  let dir: string;
  before(async () => {
    program = await buildProgram();
    dir = mkdtempSync(join(tmpdir(), 'stheno-walkthrough-'));
    writeFileSync(join(dir, 'stheno'), `#!/bin/sh\nexec '${process.execPath}' '${program.mainFile}' "$@"\n`);
    chmodSync(join(dir, 'stheno'), 0o755);
  });
  after(() => {
    rmSync(dir, { recursive: true });
    program[Symbol.dispose]();
  });

  const shell = (text: string, env: Readonly<Record<string, string>>) =>
    promisify(execFile)('sh', ['-c', text], {
      cwd: dir,
      env: { PATH: `${dir}:${process.env.PATH}`, HOME: dir, ...env },
    });

  for (const { name, variable, create } of DATABASES) {
    it(`works on ${name}, at the write port`, async () => {
      await using database = await create();
      const env = { [variable]: database.dsn };
      if (database.dsn !== 'memory') await migrate(env, database);
      await using server = await Server.start(program.mainFile, dir, env);
      await walk(server.url('write'));
      assert.equal(await statusOf(`${server.url('read')}/engines/acp/ory/exact/policies`, 'PUT', SENT), 405);
    });
  }

  it('works at the read port when policy_writes is on', async () => {
    await using server = await Server.start(program.mainFile, dir, { DSN: 'memory', SERVE_READ_POLICY_WRITES: 'true' });
    await walk(server.url('read'));
  });

  async function migrate(env: Readonly<Record<string, string>>, { dsn }: TestDatabase): Promise<void> {
    const first = await shell('stheno migrate sql -e', env);
    assert.equal(first.stdout, '');
    assert.match(first.stderr, /Applying storage SQL migrations\.\.\.[\s\S]*Successfully applied SQL migrations/);
    assert.match(first.stderr, /applied_migrations=[1-9]\d*\n[\s\S]*Done applying storage SQL migrations/);
    const again = await shell(`stheno migrate sql '${dsn}'`, {});
    assert.match(again.stderr, /applied_migrations=0/);
  }

  async function walk(url: string): Promise<void> {
    const { stdout, stderr } = await shell(COMMANDS, { KETO_URL: `${url}/` });
    assert.deepEqual([stdout, stderr], [OUTPUT, '']);
    const base = `${url}/engines/acp/ory/exact`;
    assert.deepEqual(await exchange(`${base}/policies`, 'PUT', SENT), [200, DOCUMENT]);
    assert.deepEqual(await exchange(`${base}/policies/example-policy`, 'GET'), [200, DOCUMENT]);
    assert.deepEqual(await exchange(`${base}/allowed`, 'POST', QUESTION('alice')), [200, '{"allowed":true}']);
    assert.deepEqual(await exchange(`${base}/allowed`, 'POST', QUESTION('bob')), [403, '{"allowed":false}']);
    assert.equal(await statusOf(`${base}/policies/nope`, 'GET'), 404);
    assert.deepEqual(await exchange(`${base}/policies/example-policy`, 'DELETE'), [204, '']);
  }
});

async function exchange(url: string, method: string, body?: string): Promise<[number, string]> {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) });
  return [response.status, await response.text()];
}

async function statusOf(url: string, method: string, body?: string): Promise<number> {
  return (await exchange(url, method, body))[0];
}

/** The server as it is started without a configuration file, but for its ports. */
class Server implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #greeting: string;

  static async start(mainFile: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Server> {
    const listeners = ['READ', 'WRITE', 'METRICS', 'OPL'].flatMap((name) => [
      [`SERVE_${name}_HOST`, '127.0.0.1'],
      [`SERVE_${name}_PORT`, '0'],
    ]);
    const child = spawn(process.execPath, [mainFile, 'serve', '--disable-telemetry'], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, ...Object.fromEntries(listeners), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => (output += chunk));
    const greeting = await new Promise<string>((resolve, reject) => {
      let printed = '';
      child.stdout.on('data', (chunk) => {
        printed += chunk;
        if (/opl +\S+\n/.test(printed) && /write +\S+\n/.test(printed)) resolve(printed);
      });
      child.once('exit', () => reject(new Error(`the server did not start: ${output}`)));
    });
    return new Server(child, greeting);
  }

  private constructor(child: ChildProcess, greeting: string) {
    this.#child = child;
    this.#greeting = greeting;
  }

  url(name: 'read' | 'write'): string {
    const [, address] = new RegExp(`${name} +(\\S+)\\n`).exec(this.#greeting) ?? [];
    return `http://${address}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
