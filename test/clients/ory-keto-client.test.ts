import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installForeignClient } from './support/foreign-client.ts';
import { startPhotoWorld } from './support/photo-world.ts';

const PACKAGE = 'ory-keto-client==25.4.0';
const script = fileURLToPath(new URL('./ory-keto-client.py', import.meta.url));

const client = await installForeignClient(PACKAGE, async (folder, run) => {
  await run('python3', ['-m', 'venv', folder]);
  await run(path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', PACKAGE]);
});

describe('ory-keto-client for Python', () => {
  it('gets the answer of every method', { skip: client.skip }, async () => {
    await using server = await startPhotoWorld();
    const urls = (['read', 'write', 'opl'] as const).map((port) => `http://127.0.0.1:${server.port(port)}`);
    const python = path.join(client.folder, 'bin', 'python');
    const { stdout } = await promisify(execFile)(python, [script, ...urls], { timeout: 60_000 });
    assert.deepEqual(JSON.parse(stdout), EXPECTED);
  });
});

const FORBIDDEN = { status: 403, body: { allowed: false } };

const EXPECTED = {
  get_version: true,
  is_alive: { status: 'ok' },
  is_ready: { status: 'ok' },
  check_permission: [true, false],
  check_permission_or_error: [true, FORBIDDEN],
  post_check_permission: [true, false],
  post_check_permission_or_error: [true, FORBIDDEN],
  batch_check_permission: { results: [{ allowed: true }, { allowed: false }] },
  expand_permissions: {
    type: 'union',
    children: [{ type: 'leaf', tuple: { namespace: '', object: '', relation: '', subject_id: 'maria' } }],
    tuple: {
      namespace: '',
      object: '',
      relation: '',
      subject_set: { namespace: 'Group', object: 'family', relation: 'members' },
    },
  },
  list_relationship_namespaces: ['Album', 'Group', 'Photo', 'User'],
  get_relationships: ['maria'],
  create_relationship: { namespace: 'Group', object: 'family', relation: 'members', subject_id: 'carla' },
  patch_relationships: [null, ['carla']],
  delete_relationships: [null, []],
  check_opl_syntax: [{}, [2]],
  'unknown namespace': {
    status: 404,
    body: {
      error: {
        code: 404,
        status: 'Not Found',
        reason: 'Unknown namespace with name "Nothing".',
        message: 'The requested resource could not be found',
      },
    },
  },
  'methods that were not called': [],
};
