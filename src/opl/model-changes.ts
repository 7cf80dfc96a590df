import type { Model } from '../namespace/model.ts';
import type { Namespace, Relation } from '../namespace/namespace.ts';
import { memberPrinter, type PrintMember } from './print.ts';

/** A difference between two models. */
export interface ModelChange {
  readonly what: 'namespace' | 'relation' | 'permit';
  readonly how: 'added' | 'removed' | 'changed';
  readonly namespace: string;
  /** The relation or permit; empty when it is about a namespace. */
  readonly relation: string;
  /** The types or the expression before; empty when there was none. */
  readonly before: string;
  /** The same after. */
  readonly after: string;
}

/** What changes when one model takes the place of another, in byte order of namespaces and their members. */
export function modelChanges(before: Model, after: Model): ModelChange[] {
  const sides = [sideOf(before), sideOf(after)] as const;
  const names = inByteOrder(sides.flatMap(({ namespaces }) => [...namespaces.keys()]));
  return names.flatMap((name) => changesOf(name, ...sides));
}

/** One of the two models. */
interface Side {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly print: PrintMember;
}

function sideOf(model: Model): Side {
  const list = model.list();
  return { namespaces: new Map(list.map((namespace) => [namespace.name, namespace])), print: memberPrinter(list) };
}

function changesOf(name: string, before: Side, after: Side): ModelChange[] {
  const [old, young] = [before.namespaces.get(name), after.namespaces.get(name)];
  const changes: ModelChange[] = [];
  if (old === undefined || young === undefined) {
    const how = old === undefined ? 'added' : 'removed';
    changes.push({ what: 'namespace', how, namespace: name, relation: '', before: '', after: '' });
  }
  const members = [membersOf(old), membersOf(young)] as const;
  for (const relation of inByteOrder(members.flatMap((map) => [...map.keys()]))) {
    const [was, is] = [members[0].get(relation), members[1].get(relation)];
    const texts = { before: textOf(before, old, was), after: textOf(after, young, is) };
    const what = isPermit(is ?? was) ? 'permit' : 'relation';
    if (texts.before === texts.after && isPermit(was) === isPermit(is)) continue;
    const how = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    changes.push({ what, how, namespace: name, relation, ...texts });
  }
  return changes;
}

/** Of members of one name the first counts. */
function membersOf(namespace: Namespace | undefined): ReadonlyMap<string, Relation> {
  return new Map((namespace?.relations ?? []).toReversed().map((member) => [member.name, member]));
}

function isPermit(member: Relation | undefined): boolean {
  return member?.rewrite !== undefined;
}

function textOf({ print }: Side, namespace: Namespace | undefined, member: Relation | undefined): string {
  if (namespace === undefined || member === undefined) return '';
  try {
    return print(namespace, member);
  } catch {
    return JSON.stringify(member); // a name that the language has no words for
  }
}

function inByteOrder(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
