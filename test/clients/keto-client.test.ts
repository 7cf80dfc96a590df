import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Configuration, MetadataApi, PermissionApi, RelationshipApi } from '@ory/keto-client';
import type { ReplayServer } from '../support/replay/replay-server.ts';
import { PHOTO_TUPLES, resetPhotoWorld, startPhotoWorld } from './support/photo-world.ts';

let server: ReplayServer;
before(async () => {
  server = await startPhotoWorld();
});
beforeEach(() => resetPhotoWorld(server));
after(() => server[Symbol.asyncDispose]());

const metadata = () => new MetadataApi(configuration('read'));
const permissions = () => new PermissionApi(configuration('read'));
const relationships = () => new RelationshipApi(configuration('read'));
const administration = () => new RelationshipApi(configuration('write'));
const syntax = () => new RelationshipApi(configuration('opl'));

const maria = { namespace: 'Photo', object: 'beach', relation: 'view', subject_id: 'maria' };
const uli = { ...maria, subject_id: 'uli' };
const mariaAsked = { namespace: 'Photo', object: 'beach', relation: 'view', subjectId: 'maria' };
const uliAsked = { ...mariaAsked, subjectId: 'uli' };
const carla = { namespace: 'Group', object: 'family', relation: 'members', subject_id: 'carla' };

/** What is done with each method of a client, and what must come of it. */
type Uses = Readonly<Record<string, Readonly<Record<string, () => Promise<void>>>>>;

const metadataUses: Uses = {
  getVersion: {
    'tells a version': async () => assert.match((await metadata().getVersion()).data.version, /./),
  },
  isAlive: {
    'says ok': async () => assert.deepEqual((await metadata().isAlive()).data, { status: 'ok' }),
  },
  isReady: {
    'says ok': async () => assert.deepEqual((await metadata().isReady()).data, { status: 'ok' }),
  },
};

const permissionUses: Uses = {
  checkPermission: {
    allows: async () => assert.deepEqual(await answerOf(permissions().checkPermission(mariaAsked)), ok(true)),
    denies: async () => assert.deepEqual(await answerOf(permissions().checkPermission(uliAsked)), ok(false)),
    'takes subject sets': async () => {
      const question = { ...mariaAsked, namespace: 'Album', object: 'alps' };
      const { subjectId: _, ...asked } = question;
      const set = { subjectSetNamespace: 'Group', subjectSetObject: 'family', subjectSetRelation: 'members' };
      assert.deepEqual(await answerOf(permissions().checkPermission({ ...asked, ...set })), ok(true));
    },
    'drops the empty relation of a subject set': async () => {
      const set = { subjectSetNamespace: 'Album', subjectSetObject: 'alps', subjectSetRelation: '' };
      const asked = { namespace: 'Photo', object: 'beach', relation: 'albums', ...set };
      assert.deepEqual(await answerOf(permissions().checkPermission(asked)), ok(true));
    },
    'counts depth': async () => {
      assert.deepEqual(await answerOf(permissions().checkPermission({ ...mariaAsked, maxDepth: 1 })), ok(false));
    },
  },
  checkPermissionOrError: {
    allows: async () => assert.deepEqual(await answerOf(permissions().checkPermissionOrError(mariaAsked)), ok(true)),
    'denies with an error': async () =>
      assert.deepEqual(await failureOf(permissions().checkPermissionOrError(uliAsked)), forbidden),
  },
  postCheckPermission: {
    allows: async () => {
      const postCheckPermissionBody = maria;
      assert.deepEqual(await answerOf(permissions().postCheckPermission({ postCheckPermissionBody })), ok(true));
    },
    denies: async () => {
      const postCheckPermissionBody = uli;
      assert.deepEqual(await answerOf(permissions().postCheckPermission({ postCheckPermissionBody })), ok(false));
    },
  },
  postCheckPermissionOrError: {
    allows: async () => {
      const asked = { postCheckPermissionOrErrorBody: maria };
      assert.deepEqual(await answerOf(permissions().postCheckPermissionOrError(asked)), ok(true));
    },
    'denies with an error': async () => {
      const asked = { postCheckPermissionOrErrorBody: uli };
      assert.deepEqual(await failureOf(permissions().postCheckPermissionOrError(asked)), forbidden);
    },
  },
  batchCheckPermission: {
    'answers in the order of the questions': async () => {
      const unknown = { ...maria, namespace: 'Nothing' };
      const asked = { batchCheckPermissionBody: { tuples: [maria, uli, unknown] } };
      assert.deepEqual((await permissions().batchCheckPermission(asked)).data, {
        results: [
          { allowed: true },
          { allowed: false },
          { allowed: false, error: 'The requested resource could not be found' },
        ],
      });
    },
  },
  expandPermissions: {
    'shows the tree': async () => {
      const asked = { namespace: 'Group', object: 'family', relation: 'members' };
      const nothing = { namespace: '', object: '', relation: '' };
      assert.deepEqual((await permissions().expandPermissions(asked)).data, {
        type: 'union',
        children: [{ type: 'leaf', tuple: { ...nothing, subject_id: 'maria' } }],
        tuple: { ...nothing, subject_set: asked },
      });
    },
    'names an unknown namespace': async () => {
      const asked = { namespace: 'Nothing', object: 'family', relation: 'members' };
      assert.deepEqual(await failureOf(permissions().expandPermissions(asked)), unknownNamespace);
    },
  },
};

const relationshipUses: Uses = {
  listRelationshipNamespaces: {
    'lists the namespaces': async () => {
      const { namespaces = [] } = (await relationships().listRelationshipNamespaces()).data;
      assert.deepEqual(namespaces.map(({ name = '' }) => name).sort(), ['Album', 'Group', 'Photo', 'User']);
    },
  },
  getRelationships: {
    'lists everything': async () => {
      assert.deepEqual((await relationships().getRelationships()).data, {
        relation_tuples: PHOTO_TUPLES,
        next_page_token: '',
      });
    },
    'lists page by page': async () => {
      const found = [];
      let pageToken: string | undefined;
      do {
        const asked = { namespace: 'Photo', pageSize: 2, ...(pageToken === undefined ? {} : { pageToken }) };
        const { data } = await relationships().getRelationships(asked);
        found.push(...(data.relation_tuples ?? []));
        pageToken = data.next_page_token;
      } while (pageToken);
      assert.deepEqual(
        found,
        PHOTO_TUPLES.filter(({ namespace }) => namespace === 'Photo'),
      );
    },
    'filters by a subject set': async () => {
      const set = { subjectSetNamespace: 'Group', subjectSetObject: 'family', subjectSetRelation: 'members' };
      const { data } = await relationships().getRelationships(set);
      assert.deepEqual(data.relation_tuples, [PHOTO_TUPLES[0]]);
    },
    'names an unknown namespace': async () =>
      assert.deepEqual(await failureOf(relationships().getRelationships({ namespace: 'Nothing' })), unknownNamespace),
  },
  createRelationship: {
    'creates and shows what it created': async () => {
      const created = await administration().createRelationship({ createRelationshipBody: carla });
      assert.equal(created.status, 201);
      assert.deepEqual(created.data, carla);
      assert.deepEqual(await membersOfFamily(), ['carla', 'maria']);
    },
    'needs a subject': async () => {
      const { subject_id: _, ...createRelationshipBody } = carla;
      const failure = await failureOf(administration().createRelationship({ createRelationshipBody }));
      const error = { code: 400, status: 'Bad Request', message: 'subject is not allowed to be nil' };
      assert.deepEqual(failure, { status: 400, data: { error } });
    },
  },
  patchRelationships: {
    'inserts and deletes': async () => {
      const relationshipPatch = [
        { action: 'insert' as const, relation_tuple: carla },
        { action: 'delete' as const, relation_tuple: { ...carla, subject_id: 'maria' } },
      ];
      assert.equal((await administration().patchRelationships({ relationshipPatch })).status, 204);
      assert.deepEqual(await membersOfFamily(), ['carla']);
    },
  },
  deleteRelationships: {
    'deletes what matches': async () => {
      const asked = { namespace: 'Group', object: 'family', relation: 'members', subjectId: 'maria' };
      assert.equal((await administration().deleteRelationships(asked)).status, 204);
      assert.deepEqual(await membersOfFamily(), []);
    },
  },
  checkOplSyntax: {
    'finds nothing wrong': async () =>
      assert.deepEqual((await syntax().checkOplSyntax({ body: 'class User implements Namespace {}' })).data, {}),
    'shows where it is wrong': async () => {
      const { errors = [] } = (await syntax().checkOplSyntax({ body: 'class User\nimplements {}' })).data;
      assert.equal(errors[0]?.start?.Line, 2);
    },
  },
};

const clients = [
  { client: MetadataApi, uses: metadataUses },
  { client: PermissionApi, uses: permissionUses },
  { client: RelationshipApi, uses: relationshipUses },
];
for (const { client, uses } of clients) {
  describe(`@ory/keto-client ${client.name}`, () => {
    for (const [method, cases] of Object.entries(uses)) {
      for (const [name, run] of Object.entries(cases)) it(`${method} ${name}`, run);
    }

    it('has no method that is not tested here', () => {
      const methods = Object.getOwnPropertyNames(client.prototype).filter((name) => name !== 'constructor');
      assert.deepEqual(methods.sort(), Object.keys(uses).sort());
    });
  });
}

const forbidden = { status: 403, data: { allowed: false } };
const unknownNamespace = {
  status: 404,
  data: {
    error: {
      code: 404,
      status: 'Not Found',
      reason: 'Unknown namespace with name "Nothing".',
      message: 'The requested resource could not be found',
    },
  },
};

function ok(allowed: boolean) {
  return { status: 200, data: { allowed } };
}

function configuration(port: 'read' | 'write' | 'opl'): Configuration {
  return new Configuration({ basePath: `http://127.0.0.1:${server.port(port)}` });
}

async function membersOfFamily() {
  const asked = { namespace: 'Group', object: 'family', relation: 'members' };
  const { data } = await relationships().getRelationships(asked);
  return data.relation_tuples?.map(({ subject_id }) => subject_id);
}

interface ClientAnswer {
  readonly status: number;
  readonly data: unknown;
}

async function answerOf(answer: Promise<ClientAnswer>): Promise<ClientAnswer> {
  const { status, data } = await answer;
  return { status, data };
}

/** The answer that the client threw. */
async function failureOf(answer: Promise<ClientAnswer>): Promise<ClientAnswer> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof Error && 'response' in error) {
      const { status, data } = error.response as ClientAnswer; // as axios has it
      return { status, data };
    }
    throw error;
  }
  throw new Error('the client did not fail');
}
