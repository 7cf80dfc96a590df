import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, it } from 'node:test';
import * as checkService from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/check_service_grpc_pb.js';
import checks from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import * as expandService from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/expand_service_grpc_pb.js';
import expansions from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import * as namespacesService from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/namespaces_service_grpc_pb.js';
import namespaces from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import * as readService from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/read_service_grpc_pb.js';
import reads from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import relationTuples, {
  type Subject,
} from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import * as versionService from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/version_grpc_pb.js';
import version from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import * as writeService from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/write_service_grpc_pb.js';
import writes from '@ory/keto-grpc-client/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import type { ReplayServer } from '../support/replay/replay-server.ts';
import type { PortName } from '../support/replay/suite.ts';
import { resetPhotoWorld, startPhotoWorld } from './support/photo-world.ts';

const require = createRequire(import.meta.url);
type Credentials = ConstructorParameters<typeof checkService.CheckServiceClient>[1];
/** The client takes credentials of its own, older @grpc/grpc-js only. */
const { credentials } = createRequire(require.resolve('@ory/keto-grpc-client'))('@grpc/grpc-js') as {
  readonly credentials: { createInsecure(): Credentials };
};

type Callback<Answer> = (error: Error | null, answer: Answer) => void;
interface SyntaxError {
  readonly start: { readonly line: number };
}
interface SyntaxAnswer {
  toObject(): { readonly parseErrorsList: readonly SyntaxError[] };
}
interface SyntaxRequest {
  setContent(content: Uint8Array): SyntaxRequest;
}
/** The package has no declarations for this service. */
const syntaxService = require('@ory/keto-grpc-client/ory/keto/opl/v1alpha1/syntax_service_grpc_pb.js') as {
  readonly SyntaxServiceClient: new (
    address: string,
    credentials: Credentials,
  ) => { check(request: SyntaxRequest, callback: Callback<SyntaxAnswer>): void; close(): void };
  readonly SyntaxServiceService: object;
};
const syntax = require('@ory/keto-grpc-client/ory/keto/opl/v1alpha1/syntax_service_pb.js') as {
  readonly CheckRequest: new () => SyntaxRequest;
};

let server: ReplayServer;
before(async () => {
  server = await startPhotoWorld();
});
beforeEach(() => resetPhotoWorld(server));
after(() => server[Symbol.asyncDispose]());

const MISSING_SUBJECT = { code: 3, details: 'subject is not allowed to be nil' };
const UNKNOWN_NAMESPACE = { code: 5, details: 'The requested resource could not be found' };

describe('@ory/keto-grpc-client CheckService', () => {
  const check = (request: InstanceType<typeof checks.CheckRequest>) =>
    withClient('read', checkService.CheckServiceClient, (client) =>
      ask<InstanceType<typeof checks.CheckResponse>>((done) => client.check(request, done)),
    );
  const viewer = (id: string) => new checks.CheckRequest().setTuple(tuple('Photo', 'beach', 'view', user(id)));

  it('check allows and denies', async () => {
    assert.equal((await check(viewer('maria'))).getAllowed(), true);
    assert.equal((await check(viewer('uli'))).getAllowed(), false);
  });

  it('check reads the fields of its first release', async () => {
    const request = new checks.CheckRequest().setNamespace('Photo').setObject('beach').setRelation('view');
    assert.equal((await check(request.setSubject(user('maria')))).getAllowed(), true);
  });

  it('check answers at the revision of a write', async () => {
    const written = await insert(tuple('Group', 'family', 'members', user('carla')));
    const [snaptoken = ''] = written.getSnaptokensList();
    assert.notEqual(snaptoken, '');
    assert.equal((await check(viewer('carla').setSnaptoken(snaptoken))).getAllowed(), true);
  });

  it('check says what is wrong', async () => {
    await assert.rejects(check(new checks.CheckRequest()), MISSING_SUBJECT);
    const unknown = new checks.CheckRequest().setTuple(tuple('Nothing', 'o', 'r', user('maria')));
    await assert.rejects(check(unknown), UNKNOWN_NAMESPACE);
  });
});

describe('@ory/keto-grpc-client ExpandService', () => {
  it('expand shows the tree', async () => {
    const request = new expansions.ExpandRequest().setSubject(members('Group', 'family', 'members')).setMaxDepth(3);
    const answer = await withClient('read', expandService.ExpandServiceClient, (client) =>
      ask<InstanceType<typeof expansions.ExpandResponse>>((done) => client.expand(request, done)),
    );
    const tree = answer.getTree();
    assert.equal(tree?.getNodeType(), expansions.NodeType.NODE_TYPE_UNION);
    assert.deepEqual(
      tree?.getChildrenList().map((child) => [child.getNodeType(), child.getTuple()?.getSubject()?.getId()]),
      [[expansions.NodeType.NODE_TYPE_LEAF, 'maria']],
    );
  });
});

describe('@ory/keto-grpc-client ReadService', () => {
  it('listRelationTuples lists page by page', async () => {
    const owners = await list((request) =>
      request.setRelationQuery(new relationTuples.RelationQuery().setNamespace('Photo').setRelation('owners')),
    );
    assert.deepEqual(owners, ['olga', 'uli']);
  });

  it('listRelationTuples reads the query of its first release', async () => {
    const query = new reads.ListRelationTuplesRequest.Query().setNamespace('Group');
    assert.deepEqual(await list((request) => request.setQuery(query)), ['maria']);
  });
});

describe('@ory/keto-grpc-client NamespacesService', () => {
  it('listNamespaces names them', async () => {
    const answer = await withClient('read', namespacesService.NamespacesServiceClient, (client) =>
      ask<InstanceType<typeof namespaces.ListNamespacesResponse>>((done) =>
        client.listNamespaces(new namespaces.ListNamespacesRequest(), done),
      ),
    );
    const names = answer.getNamespacesList().map((namespace) => namespace.getName());
    assert.deepEqual(names.sort(), ['Album', 'Group', 'Photo', 'User']);
  });
});

describe('@ory/keto-grpc-client VersionService', () => {
  for (const port of ['read', 'write', 'opl'] as const) {
    it(`getVersion answers on the ${port} port`, async () => {
      const answer = await withClient(port, versionService.VersionServiceClient, (client) =>
        ask<InstanceType<typeof version.GetVersionResponse>>((done) =>
          client.getVersion(new version.GetVersionRequest(), done),
        ),
      );
      assert.match(answer.getVersion(), /./);
    });
  }
});

describe('@ory/keto-grpc-client WriteService', () => {
  it('transactRelationTuples inserts and deletes', async () => {
    const carla = tuple('Group', 'family', 'members', user('carla'));
    assert.equal((await insert(carla)).getSnaptokensList().length, 1);
    assert.deepEqual(await membersOfFamily(), ['carla', 'maria']);
    await transact(writes.RelationTupleDelta.Action.ACTION_DELETE, carla);
    assert.deepEqual(await membersOfFamily(), ['maria']);
  });

  it('transactRelationTuples says what is wrong', async () => {
    await assert.rejects(insert(tuple('Nothing', 'o', 'r', user('maria'))), UNKNOWN_NAMESPACE);
  });

  it('deleteRelationTuples deletes what matches', async () => {
    const query = new relationTuples.RelationQuery().setNamespace('Group').setSubject(user('maria'));
    const request = new writes.DeleteRelationTuplesRequest().setRelationQuery(query);
    await withClient('write', writeService.WriteServiceClient, (client) =>
      ask<unknown>((done) => client.deleteRelationTuples(request, done)),
    );
    assert.deepEqual(await membersOfFamily(), []);
  });
});

describe('@ory/keto-grpc-client SyntaxService', () => {
  const problemsOf = async (text: string) => {
    const request = new syntax.CheckRequest().setContent(Buffer.from(text));
    const answer = await withClient('opl', syntaxService.SyntaxServiceClient, (client) =>
      ask<SyntaxAnswer>((done) => client.check(request, done)),
    );
    return answer.toObject().parseErrorsList;
  };

  it('check finds nothing wrong', async () => {
    assert.deepEqual(await problemsOf('class User implements Namespace {}'), []);
  });

  it('check shows where it is wrong', async () => {
    assert.equal((await problemsOf('class User\nimplements {}'))[0]?.start.line, 2);
  });
});

describe('@ory/keto-grpc-client', () => {
  const services = [
    { service: checkService.CheckServiceService, methods: ['check'] },
    { service: expandService.ExpandServiceService, methods: ['expand'] },
    { service: namespacesService.NamespacesServiceService, methods: ['listNamespaces'] },
    { service: readService.ReadServiceService, methods: ['listRelationTuples'] },
    { service: syntaxService.SyntaxServiceService, methods: ['check'] },
    { service: versionService.VersionServiceService, methods: ['getVersion'] },
    { service: writeService.WriteServiceService, methods: ['transactRelationTuples', 'deleteRelationTuples'] },
  ];

  it('has no method that is not tested here', () => {
    assert.deepEqual(
      services.map(({ service }) => Object.keys(service).sort()),
      services.map(({ methods }) => methods.toSorted()),
    );
  });
});

/** Asks with a client of its own, on a connection of its own. */
async function withClient<Client extends { close(): void }, Answer>(
  port: PortName,
  Client: new (address: string, credentials: Credentials) => Client,
  use: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  const client = new Client(`127.0.0.1:${server.port(port)}`, credentials.createInsecure());
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

function ask<Answer>(call: (done: Callback<Answer>) => unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}

function user(id: string): Subject {
  return new relationTuples.Subject().setId(id);
}

function members(namespace: string, object: string, relation: string): Subject {
  const set = new relationTuples.SubjectSet().setNamespace(namespace).setObject(object).setRelation(relation);
  return new relationTuples.Subject().setSet(set);
}

function tuple(namespace: string, object: string, relation: string, subject: Subject) {
  const named = new relationTuples.RelationTuple().setNamespace(namespace).setObject(object).setRelation(relation);
  return named.setSubject(subject);
}

function insert(inserted: ReturnType<typeof tuple>) {
  return transact(writes.RelationTupleDelta.Action.ACTION_INSERT, inserted);
}

type Action = (typeof writes.RelationTupleDelta.Action)[keyof typeof writes.RelationTupleDelta.Action];

function transact(action: Action, changed: ReturnType<typeof tuple>) {
  const delta = new writes.RelationTupleDelta().setAction(action).setRelationTuple(changed);
  const request = new writes.TransactRelationTuplesRequest().setRelationTupleDeltasList([delta]);
  return withClient('write', writeService.WriteServiceClient, (client) =>
    ask<InstanceType<typeof writes.TransactRelationTuplesResponse>>((done) =>
      client.transactRelationTuples(request, done),
    ),
  );
}

function membersOfFamily() {
  const query = new relationTuples.RelationQuery().setNamespace('Group').setObject('family').setRelation('members');
  return list((request) => request.setRelationQuery(query));
}

/** The subject ids of all pages, one tuple a page. */
async function list(
  ofQuery: (
    request: InstanceType<typeof reads.ListRelationTuplesRequest>,
  ) => InstanceType<typeof reads.ListRelationTuplesRequest>,
) {
  const ids: (string | undefined)[] = [];
  let pageToken = '';
  do {
    const request = ofQuery(new reads.ListRelationTuplesRequest()).setPageSize(1).setPageToken(pageToken);
    const page = await withClient('read', readService.ReadServiceClient, (client) =>
      ask<InstanceType<typeof reads.ListRelationTuplesResponse>>((done) => client.listRelationTuples(request, done)),
    );
    ids.push(...page.getRelationTuplesList().map((listed) => listed.getSubject()?.getId()));
    pageToken = page.getNextPageToken();
  } while (pageToken !== '');
  return ids;
}
