import type { Model } from '../../src/namespace/model.ts';
import type { RewriteChild, SubjectSetRewrite } from '../../src/namespace/namespace.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';

/** With the relation that a fault is reported for: `error` when it is undeclared, `paradox` when it depends on its own negation. */
export type DepthAnswer = 'member' | 'not-member' | 'unknown' | `error ${string}` | `paradox ${string}`;

/**
 * Evaluates a check by walking every way, with nothing remembered: depth is counted as the
 * contract counts it (OPL C3 to C7). A set that is met again on the way to itself adds nothing,
 * and is a paradox when a negation lies between. Of several faults an error is reported before a
 * paradox, and else the one whose relation's name comes first. It takes exponential time.
 */
export function depthCheck(
  model: Model,
  tuples: readonly RelationTuple[],
  question: RelationTuple,
  { strict, maxDepth }: { strict: boolean; maxDepth: number },
): DepthAnswer {
  const { subject, ...set } = question;
  return new Walk(model, tuples, subject, strict).set(set, maxDepth, true);
}

/** More steps than this are not walked. */
const MAX_STEPS = 20_000;

export class TooManyWaysError extends Error {}

class Walk {
  readonly #model: Model;
  readonly #tuples: readonly RelationTuple[];
  readonly #subject: Subject;
  readonly #strict: boolean;
  /** The sets on the way, each with the number of negations above it. */
  readonly #way = new Map<string, { relation: string; negations: number }>();
  #negations = 0;
  #steps = 0;

  constructor(model: Model, tuples: readonly RelationTuple[], subject: Subject, strict: boolean) {
    this.#model = model;
    this.#tuples = tuples;
    this.#subject = subject;
    this.#strict = strict;
  }

  /** Contract: OPL C3. */
  set(set: SubjectSet, depth: number, direct: boolean): DepthAnswer {
    if (++this.#steps > MAX_STEPS) throw new TooManyWaysError();
    if (depth <= 0) return 'unknown';
    const declaration = this.#model.declaration(set.namespace, set.relation);
    if (declaration === 'undeclared') return `error ${set.relation}`;
    const key = `${set.namespace}:${set.object}#${set.relation}`;
    const parts: DepthAnswer[] = [direct && this.#isDirect(set) ? 'member' : 'not-member'];
    const above = this.#way.get(key);
    if (above !== undefined) {
      parts.push(above.negations < this.#negations ? this.#paradox(key) : 'not-member');
    } else {
      this.#way.set(key, { relation: set.relation, negations: this.#negations });
      if (declaration !== 'none' && declaration.rewrite !== undefined) {
        parts.push(this.#group(set, simplified(declaration.rewrite), depth));
      }
      parts.push(this.#expansion(set, depth));
      this.#way.delete(key);
    }
    return any(parts);
  }

  /** Every set between a set and itself depends on its own negation. */
  #paradox(key: string): DepthAnswer {
    const keys = [...this.#way.keys()];
    const round = keys.slice(keys.indexOf(key)).flatMap((one) => this.#way.get(one) ?? []);
    return firstFault(round.map(({ relation }): DepthAnswer => `paradox ${relation}`)) ?? 'not-member';
  }

  /** Contract: OPL C6. */
  #expansion(set: SubjectSet, depth: number): DepthAnswer {
    const members = this.#subjectSets(set).filter(
      (member) => !this.#strict || (member.relation !== '' && this.#hasType(set, member)),
    );
    if (members.some((member) => this.#isDirect(member))) return 'member';
    return any(members.map((member) => this.set(member, depth - 1, false)));
  }

  /** Contract: OPL C4. */
  #group(set: SubjectSet, { kind, children }: SubjectSetRewrite, depth: number): DepthAnswer {
    if (depth <= 0) return 'unknown';
    if (children.length === 0) return 'not-member';
    if (kind === 'intersection') return all(children.map((child) => this.#operand(set, child, depth, depth - 1)));
    const parts = children.map((child) => {
      if (child.kind !== 'computed') return this.#operand(set, child, depth, depth - 1);
      const computed = { ...set, relation: child.relation };
      return this.#isDirect(computed) ? 'member' : this.set(computed, depth - 1, false);
    });
    return any(parts);
  }

  #operand(set: SubjectSet, child: RewriteChild, depth: number, groupDepth: number): DepthAnswer {
    switch (child.kind) {
      case 'computed':
        return this.set({ ...set, relation: child.relation }, depth, true);
      case 'traverse':
        return this.#traverse({ ...set, relation: child.relation }, child.computedRelation, depth);
      case 'union':
      case 'intersection':
        return this.#group(set, child, groupDepth);
      case 'invert':
        return depth <= 0 ? 'unknown' : this.#negation(set, child.child, depth);
    }
  }

  #negation(set: SubjectSet, child: RewriteChild, depth: number): DepthAnswer {
    this.#negations++;
    const answer = not(this.#operand(set, child, depth, depth));
    this.#negations--;
    return answer;
  }

  /** Contract: OPL C5; strict mode goes along the declared types' namespaces only. */
  #traverse(set: SubjectSet, relation: string, depth: number): DepthAnswer {
    if (depth <= 0) return 'unknown';
    const declaration = this.#model.declaration(set.namespace, set.relation);
    const types = typeof declaration === 'string' ? [] : declaration.types;
    const hops = this.#subjectSets(set)
      .filter(({ namespace }) => !this.#strict || types.some((type) => type.namespace === namespace))
      .map(({ namespace, object }) => this.set({ namespace, object, relation }, depth - 1, true));
    return any(hops);
  }

  #isDirect(set: SubjectSet): boolean {
    const subject = JSON.stringify(sorted(this.#subject));
    const isStored = this.#tuples.some(
      (tuple) => isSame(tuple, set) && JSON.stringify(sorted(tuple.subject)) === subject,
    );
    if (!isStored || !this.#strict) return isStored;
    const declaration = this.#model.declaration(set.namespace, set.relation);
    if (declaration === 'undeclared') return false;
    if (this.#subject.kind === 'id') return declaration === 'none' || declaration.rewrite === undefined;
    return this.#hasType(set, this.#subject);
  }

  #hasType(set: SubjectSet, { namespace, relation }: SubjectSet): boolean {
    const declaration = this.#model.declaration(set.namespace, set.relation);
    if (typeof declaration === 'string') return false;
    return declaration.types.some((type) => type.namespace === namespace && type.relation === relation);
  }

  #subjectSets(set: SubjectSet): SubjectSet[] {
    return this.#tuples.flatMap((tuple) => (isSame(tuple, set) && tuple.subject.kind === 'set' ? [tuple.subject] : []));
  }
}

/** Contract: OPL B2. */
function simplified({ kind, children }: SubjectSetRewrite): SubjectSetRewrite {
  return { kind, children: children.flatMap((child) => absorbed(child, kind)) };
}

function absorbed(child: RewriteChild, parent: SubjectSetRewrite['kind']): readonly RewriteChild[] {
  switch (child.kind) {
    case 'computed':
    case 'traverse':
      return [child];
    case 'invert':
      return [{ kind: 'invert', child: belowNegation(child.child) }];
    case 'union':
    case 'intersection': {
      const group = simplified(child);
      const [only, ...others] = group.children;
      const rest: RewriteChild = only !== undefined && others.length === 0 ? only : group;
      return rest.kind === parent ? rest.children : [rest];
    }
  }
}

/** A group right below a negation stays a group. */
function belowNegation(child: RewriteChild): RewriteChild {
  if (child.kind === 'invert') return { kind: 'invert', child: belowNegation(child.child) };
  return 'children' in child ? simplified(child) : child;
}

/** A member decides; what could still become one hides a fault. */
function any(parts: readonly DepthAnswer[]): DepthAnswer {
  return (['member', 'unknown'] as const).find((answer) => parts.includes(answer)) ?? firstFault(parts) ?? 'not-member';
}

function all(parts: readonly DepthAnswer[]): DepthAnswer {
  return (['not-member', 'unknown'] as const).find((answer) => parts.includes(answer)) ?? firstFault(parts) ?? 'member';
}

function firstFault(parts: readonly DepthAnswer[]): DepthAnswer | undefined {
  return parts.filter((part) => part.startsWith('error ') || part.startsWith('paradox ')).toSorted()[0];
}

function not(answer: DepthAnswer): DepthAnswer {
  if (answer === 'member') return 'not-member';
  return answer === 'not-member' ? 'member' : answer;
}

function isSame(a: SubjectSet, b: SubjectSet): boolean {
  return a.namespace === b.namespace && a.object === b.object && a.relation === b.relation;
}

function sorted(subject: Subject): readonly string[] {
  return subject.kind === 'id' ? [subject.id] : [subject.namespace, subject.object, subject.relation];
}
