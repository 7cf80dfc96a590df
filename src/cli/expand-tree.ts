import { NodeType, type SubjectTree } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { subjectFromProto } from '../service/messages.ts';
import { formatSubject } from '../tuple/tuple-text.ts';
import type { JsonObject } from './output/json.ts';
import { tupleToJson } from './tuple-json.ts';

/**
 * A tree in JSON (contract: expand §5.1): childless nodes have no `children`, the parts of every tuple but its subject
 * are empty.
 */
export function treeToJson(tree: SubjectTree): JsonObject {
  const tuple = { namespace: '', object: '', relation: '' };
  const subject = subjectOf(tree);
  return {
    type: NODE_NAMES[tree.nodeType],
    ...(tree.children.length > 0 && { children: tree.children.map(treeToJson) }),
    tuple: subject ? tupleToJson({ ...tuple, subject }) : tuple,
  };
}

/** A tree as text without a line end (contract: command line §6). */
export function formatTree(tree: SubjectTree): string {
  const subject = subjectOf(tree);
  const label = `:#@${subject ? formatSubject(subject) : ''}`;
  // The variation selector behind a leaf is invisible, and part of the format.
  if (tree.nodeType === NodeType.LEAF) return `∋ ${label}\uFE0F`;
  const lastAt = tree.children.length - 1;
  const children = tree.children.map((child, at) => {
    const branch = at === 0 && lastAt > 0 ? '├──' : '└──';
    const indent = at === lastAt ? '   ' : '│  ';
    return `\n${branch}${formatTree(child).replaceAll('\n', `\n${indent}`)}`;
  });
  return `${OPERATORS[tree.nodeType]} ${label}${children.join('')}`;
}

const NODE_NAMES: Readonly<Record<NodeType, string>> = {
  [NodeType.UNSPECIFIED]: 'unspecified',
  [NodeType.UNION]: 'union',
  [NodeType.EXCLUSION]: 'exclusion',
  [NodeType.INTERSECTION]: 'intersection',
  [NodeType.LEAF]: 'leaf',
};

const OPERATORS: Readonly<Record<NodeType, string>> = {
  [NodeType.UNSPECIFIED]: '?',
  [NodeType.UNION]: 'or',
  [NodeType.EXCLUSION]: '\\',
  [NodeType.INTERSECTION]: 'and',
  [NodeType.LEAF]: '∋',
};

function subjectOf(tree: SubjectTree) {
  return subjectFromProto(tree.tuple?.subject ?? tree.subject);
}
