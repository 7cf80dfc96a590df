import { create, toBinary } from '@bufbuild/protobuf';
import { CheckRequestSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Question } from './load/window.ts';

/** The model of the graphs. */
export const GRAPH_MODEL = `class User implements Namespace {}
class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
class Folder implements Namespace {
  related: { parents: Folder[]; viewers: (User | SubjectSet<Group, "members">)[] }
  permits = {
    view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
  }
}
class Doc implements Namespace {
  related: { parents: Folder[]; viewers: (User | SubjectSet<Group, "members">)[] }
  permits = {
    view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
  }
}
`;

/** A shape of stored tuples, and what is asked about it. */
export interface GraphShape {
  readonly name: string;
  readonly tuples: readonly GraphTuple[];
  /** Asked of a member and of a stranger. */
  readonly asked: { readonly namespace: string; readonly object: string; readonly relation: string };
  /** Levels of the graph that a check visits at most: one query each, whatever the width. */
  readonly levels: number;
}

type SetName = readonly [namespace: string, object: string, relation: string];
type GraphTuple = readonly [set: SetName, subject: SetName | string];

const MEMBER = 'ann';

/** All shapes; they share no object, so that one database holds them all. */
export function graphShapes(): readonly GraphShape[] {
  return [
    {
      name: 'direct',
      tuples: [[['Doc', 'direct', 'viewers'], MEMBER]],
      asked: { namespace: 'Doc', object: 'direct', relation: 'viewers' },
      levels: 1,
    },
    {
      name: '1,000 groups',
      tuples: [
        ...numbers(1000).map((i): GraphTuple => [['Doc', 'wide', 'viewers'], members(`wide-${i}`)]),
        [members('wide-777'), MEMBER],
      ],
      asked: { namespace: 'Doc', object: 'wide', relation: 'view' },
      levels: 2,
    },
    {
      name: '20 groups deep',
      tuples: [
        ...numbers(19).map((i): GraphTuple => [members(`deep-${i}`), members(`deep-${i + 1}`)]),
        [members('deep-19'), MEMBER],
      ],
      asked: { namespace: 'Group', object: 'deep-0', relation: 'members' },
      levels: 20,
    },
    {
      name: 'folder tree',
      tuples: [...folderTree(), [['Folder', 'root', 'viewers'], members('staff')], [members('staff'), MEMBER]],
      asked: { namespace: 'Doc', object: 'leaf-0', relation: 'view' },
      levels: 8,
    },
    crowd('group of 10', 10),
    crowd('group of 100,000', 100_000),
  ];
}

/** A tuple as the REST API takes it. */
export function tupleJson([[namespace, object, relation], subject]: GraphTuple): object {
  if (typeof subject === 'string') return { namespace, object, relation, subject_id: subject };
  const [subjectNamespace, subjectObject, subjectRelation] = subject;
  const subjectSet = { namespace: subjectNamespace, object: subjectObject, relation: subjectRelation };
  return { namespace, object, relation, subject_set: subjectSet };
}

/** The gRPC questions about a shape. */
export function graphQuestions({ asked }: GraphShape): Question[] {
  return [MEMBER, 'stranger'].map((id) => {
    const subject = { ref: { case: 'id', value: id } } as const;
    const message = create(CheckRequestSchema, { tuple: { ...asked, subject } });
    return { bytes: Buffer.from(toBinary(CheckRequestSchema, message)).toString('base64'), isAllowed: id === MEMBER };
  });
}

/** Six levels of folders, two in each, with a document in each of the last; what the root allows holds everywhere. */
function folderTree(): GraphTuple[] {
  const tuples: GraphTuple[] = [];
  let folders = ['root'];
  for (let level = 1; level < 6; level++) {
    folders = folders.flatMap((parent) => {
      const children = [`${parent}.0`, `${parent}.1`];
      for (const child of children) tuples.push([['Folder', child, 'parents'], folder(parent)]);
      return children;
    });
  }
  return [...tuples, ...folders.map((parent, i): GraphTuple => [['Doc', `leaf-${i}`, 'parents'], folder(parent)])];
}

function crowd(name: string, size: number): GraphShape {
  const group = members(`crowd-${size}`);
  return {
    name,
    tuples: [
      [['Doc', `crowd-${size}`, 'viewers'], group],
      ...numbers(size - 1).map((i): GraphTuple => [group, `user-${i}`]),
      [group, MEMBER],
    ],
    asked: { namespace: 'Doc', object: `crowd-${size}`, relation: 'view' },
    levels: 2,
  };
}

function members(group: string): SetName {
  return ['Group', group, 'members'];
}

function folder(name: string): SetName {
  return ['Folder', name, ''];
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
