import assert from 'node:assert/strict';
import { nodeTransport } from '../../../src/client/node-transport.ts';
import { SthenoClient } from '../../../src/client/stheno-client.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';
import { callProgram } from '../../cli/support/call-program.ts';
import { assertNoInternals } from './hardened-server.ts';

/** One way to use a server, by its address. */
export interface Api extends Disposable {
  write(tuples: readonly RelationTuple[]): Promise<void>;
  check(tuple: RelationTuple): Promise<boolean>;
  /** The tuples of namespace `n` in pages of one. */
  list(): Promise<RelationTuple[]>;
  delete(tuples: readonly RelationTuple[]): Promise<void>;
}

export const APIS: Readonly<Record<string, (address: string) => Api>> = {
  gRPC: (address) => sdkApi(address, 'grpc'),
  Connect: (address) => sdkApi(address, 'connect'),
  'Connect JSON': connectJsonApi,
  REST: restApi,
  'the command line': commandLineApi,
};

function sdkApi(address: string, protocol: 'grpc' | 'connect'): Api {
  const client = new SthenoClient({ baseUrl: `http://${address}`, transport: nodeTransport({ protocol }) });
  const input = ({ subject, ...set }: RelationTuple) => ({
    ...set,
    subject: subject.kind === 'id' ? { id: subject.id } : subject,
  });
  return {
    write: async (tuples) => void (await client.write(tuples.map((tuple) => ({ insert: input(tuple) })))),
    check: (tuple) => client.check(input(tuple)),
    async list() {
      const listed: RelationTuple[] = [];
      for await (const tuple of client.listTuples({ namespace: 'n' }, { pageSize: 1 })) listed.push(tuple);
      return listed;
    },
    delete: async (tuples) => void (await client.write(tuples.map((tuple) => ({ delete: input(tuple) })))),
    [Symbol.dispose]: () => client.close(),
  };
}

function connectJsonApi(address: string): Api {
  const call = (method: string, message: object) =>
    send(`http://${address}/ory.keto.relation_tuples.v1alpha2.${method}`, 'POST', message);
  const transact = async (action: string, tuples: readonly RelationTuple[]): Promise<void> => {
    const relationTupleDeltas = tuples.map((tuple) => ({ action, relationTuple: toProtoJson(tuple) }));
    await call('WriteService/TransactRelationTuples', { relationTupleDeltas });
  };
  return {
    write: (tuples) => transact('ACTION_INSERT', tuples),
    delete: (tuples) => transact('ACTION_DELETE', tuples),
    check: async (tuple) => (await call('CheckService/Check', { tuple: toProtoJson(tuple) })).allowed === true,
    list: () =>
      collect(async (pageToken) => {
        const request = { relationQuery: { namespace: 'n' }, pageSize: 1, pageToken };
        const { relationTuples = [], nextPageToken = '' } = await call('ReadService/ListRelationTuples', request);
        return { tuples: (relationTuples as ProtoJson[]).map(fromProtoJson), next: String(nextPageToken) };
      }),
    [Symbol.dispose]() {},
  };
}

function restApi(address: string): Api {
  const patch = async (action: string, tuples: readonly RelationTuple[]): Promise<void> => {
    const deltas = tuples.map((tuple) => ({ action, relation_tuple: toJson(tuple) }));
    await send(`http://${address}/admin/relation-tuples`, 'PATCH', deltas);
  };
  return {
    write: (tuples) => patch('insert', tuples),
    delete: (tuples) => patch('delete', tuples),
    check: async (tuple) =>
      (await send(`http://${address}/relation-tuples/check/openapi`, 'POST', toJson(tuple))).allowed === true,
    list: () =>
      collect(async (token) => {
        const query = new URLSearchParams({ namespace: 'n', page_size: '1', page_token: token });
        const answer = await send(`http://${address}/relation-tuples?${query}`, 'GET');
        return { tuples: (answer.relation_tuples as TupleJson[]).map(fromJson), next: String(answer.next_page_token) };
      }),
    [Symbol.dispose]() {},
  };
}

function commandLineApi(address: string): Api {
  const run = async (words: readonly string[], stdin = ''): Promise<Record<string, unknown>> => {
    const flags = ['--insecure-disable-transport-security', '--format', 'json'];
    const env = { KETO_READ_REMOTE: address, KETO_WRITE_REMOTE: address };
    const { exit, stdout, stderr } = await callProgram(['relation-tuple', ...words, ...flags], { env, stdin });
    assert.equal(exit, 0, stderr);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const list = (token: string) => run(['get', '--namespace', 'n', '--page-size', '1', '--page-token', token]);
  return {
    write: async (tuples) => void (await run(['create', '-f', '-'], JSON.stringify(tuples.map(toJson)))),
    delete: async (tuples) => void (await run(['delete', '-f', '-'], JSON.stringify(tuples.map(toJson)))),
    // Arguments cannot hold every text, so that the tuple is stored is what can be asked.
    check: async (tuple) => {
      const stored = await commandLineApi(address).list();
      return stored.some((one) => JSON.stringify(toJson(one)) === JSON.stringify(toJson(tuple)));
    },
    list: () =>
      collect(async (token) => {
        const { relation_tuples, next_page_token } = await list(token);
        return { tuples: (relation_tuples as TupleJson[]).map(fromJson), next: String(next_page_token) };
      }),
    [Symbol.dispose]() {},
  };
}

async function collect(
  page: (token: string) => Promise<{ tuples: RelationTuple[]; next: string }>,
): Promise<RelationTuple[]> {
  const all: RelationTuple[] = [];
  for (let token = '', isFirst = true; isFirst || token !== ''; isFirst = false) {
    const { tuples, next } = await page(token);
    all.push(...tuples);
    token = next;
  }
  return all;
}

async function send(url: string, method: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await response.text();
  assert.ok(response.ok, `${response.status} ${text.slice(0, 300)}`);
  assertNoInternals(JSON.stringify([...response.headers]));
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

interface SetParts {
  readonly namespace: string;
  readonly object: string;
  readonly relation: string;
}
interface TupleJson extends SetParts {
  readonly subject_id?: string;
  readonly subject_set?: SetParts;
}
interface ProtoJson extends Partial<SetParts> {
  readonly subject?: { readonly id?: string; readonly set?: Partial<SetParts> };
}

function toJson({ subject, namespace, object, relation }: RelationTuple): TupleJson {
  const parts = { namespace, object, relation };
  return subject.kind === 'id' ? { ...parts, subject_id: subject.id } : { ...parts, subject_set: setOf(subject) };
}

function fromJson({ subject_id: id, subject_set: set, ...parts }: TupleJson): RelationTuple {
  return { ...parts, subject: set === undefined ? { kind: 'id', id: id ?? '' } : { kind: 'set', ...set } };
}

function toProtoJson({ subject, ...parts }: RelationTuple): ProtoJson {
  return { ...parts, subject: subject.kind === 'id' ? { id: subject.id } : { set: setOf(subject) } };
}

/** Empty texts are left out in the JSON form of messages. */
function fromProtoJson({ subject, ...parts }: ProtoJson): RelationTuple {
  const set = subject?.set;
  return {
    ...setOf(parts),
    subject: set === undefined ? { kind: 'id', id: subject?.id ?? '' } : { kind: 'set', ...setOf(set) },
  };
}

function setOf({ namespace = '', object = '', relation = '' }: Partial<SetParts>): SetParts {
  return { namespace, object, relation };
}
