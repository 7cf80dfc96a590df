import { SthenoError } from '../errors.ts';
import type { RelationType } from '../namespace/namespace.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import { compileModel } from './compile-model.ts';
import { listMembers } from './list-members.ts';
import type { ExpandOptions, ExpandTree } from './permission-engine.ts';
import type { Program, Rule, RuleGroup } from './program.ts';

/**
 * The tree of a set's members (contract: expand). Undefined when strict mode knows no such
 * relation. Reads page by page, so the reader should show one unchanging state.
 *
 * @throws {SthenoError} `resource_exhausted` when permits alone make more than `maxTreeNodes` nodes
 */
export function expandSet(
  set: SubjectSet,
  options: ExpandOptions & { reader: TupleReader; maxTreeNodes: number },
): Promise<ExpandTree | undefined> {
  return new Expansion(options).expandRoot(set);
}

class Expansion {
  readonly #options: ExpandOptions & { reader: TupleReader; maxTreeNodes: number };
  readonly #program: Program;
  /** The sets that are being expanded on the way from the root. */
  readonly #way = new Set<string>();
  /** Rows that became children or were traversed, against the budget (contract: expand §2.2). */
  #rows = 0;
  #treeNodes = 0;

  constructor(options: ExpandOptions & { reader: TupleReader; maxTreeNodes: number }) {
    this.#options = options;
    this.#program = compileModel(options.model);
  }

  async expandRoot(set: SubjectSet): Promise<ExpandTree | undefined> {
    if (this.#options.strict && this.#typesOf(set).length === 0 && !this.#isPermit(set)) {
      return undefined;
    }
    return this.#expand(set, this.#options.maxDepth);
  }

  /** The rules of contract: expand §2, in their order. */
  async #expand(set: SubjectSet, depth: number): Promise<ExpandTree | undefined> {
    const subject = asSubject(set);
    if (set.relation === '') return this.#node('leaf', subject);
    const key = JSON.stringify([set.namespace, set.object, set.relation]);
    if (this.#way.has(key)) return this.#node('leaf', subject);
    const declaration = this.#options.model.declaration(set.namespace, set.relation);
    if (this.#options.strict && typeof declaration === 'string') return undefined;
    this.#way.add(key);
    const permit = this.#options.rewrites ? this.#permitBody(set) : undefined;
    const node =
      permit === undefined
        ? await this.#expandStored(set, depth)
        : await this.#expandGroup(set, permit, subject, depth);
    this.#way.delete(key);
    return node;
  }

  async #expandStored(set: SubjectSet, depth: number): Promise<ExpandTree> {
    const types = this.#typesOf(set);
    const isShown = ({ namespace, relation }: SubjectSet): boolean =>
      !this.#options.strict || types.some((type) => type.namespace === namespace && type.relation === relation);
    const children: ExpandTree[] = [];
    await this.#eachPage(set, depth, this.#options.strict, async (page) => {
      const shown = page.filter((subject) => subject.kind === 'id' || isShown(subject));
      this.#rows += shown.length;
      for (const subject of shown) {
        const child = subject.kind === 'id' ? this.#node('leaf', subject) : await this.#expand(subject, depth - 1);
        if (child !== undefined) children.push(child);
      }
    });
    return this.#node('union', asSubject(set), children);
  }

  /** Every object that the relation points at, with the expansion of `target` there (contract: expand §4). */
  async #expandTraverse(set: SubjectSet, target: string, depth: number): Promise<ExpandTree> {
    const types = this.#typesOf(set);
    const isFollowed = ({ namespace }: SubjectSet): boolean =>
      !this.#options.strict || types.some((type) => type.namespace === namespace);
    const children: ExpandTree[] = [];
    await this.#eachPage(set, depth, true, async (page) => {
      const followed = page.filter((subject) => subject.kind === 'set' && isFollowed(subject));
      this.#rows += followed.length;
      for (const subject of followed) {
        if (subject.kind !== 'set') continue;
        const { namespace, object } = subject;
        const child = await this.#expand({ namespace, object, relation: target }, depth - 1);
        if (child !== undefined) children.push(child);
      }
    });
    return this.#node('union', asSubject(set), children);
  }

  async #expandGroup(
    set: SubjectSet,
    { kind, children: rules }: RuleGroup,
    subject: Subject | undefined,
    depth: number,
  ): Promise<ExpandTree> {
    const children: ExpandTree[] = [];
    for (const rule of inTreeOrder(rules)) {
      const child = await this.#expandRule(set, rule, depth);
      if (child !== undefined) children.push(child);
    }
    return this.#node(kind === 'or' ? 'union' : 'intersection', subject, children);
  }

  async #expandRule(set: SubjectSet, rule: Rule, depth: number): Promise<ExpandTree | undefined> {
    switch (rule.kind) {
      case 'computed':
        return this.#expand({ ...set, relation: this.#program.symbols.name(rule.relation) }, depth - 1);
      case 'traverse': {
        const { symbols } = this.#program;
        return this.#expandTraverse(
          { ...set, relation: symbols.name(rule.relation) },
          symbols.name(rule.target),
          depth,
        );
      }
      case 'or':
      case 'and':
        return this.#expandGroup(set, rule, undefined, depth);
      case 'not': {
        const child = await this.#expandRule(set, rule.child, depth);
        return this.#node('exclusion', undefined, child === undefined ? [] : [child]);
      }
    }
  }

  /** Pages of a set's stored subjects while budget and depth allow (contract: expand §2.1, §2.2). */
  async #eachPage(
    set: SubjectSet,
    depth: number,
    onlySets: boolean,
    take: (page: readonly Subject[]) => Promise<void>,
  ): Promise<void> {
    if (depth <= 1 || this.#isSpent()) return;
    const { reader, cancellation } = this.#options;
    for await (const page of listMembers(reader, set, { onlySets, signal: cancellation?.signal })) {
      await take(page);
      if (this.#isSpent()) return;
    }
  }

  #isSpent(): boolean {
    return this.#rows >= this.#options.maxNodes;
  }

  /** A node as clients see it: without children it is a leaf (contract: expand §5). */
  #node(kind: ExpandTree['kind'], subject: Subject | undefined, children: readonly ExpandTree[] = []): ExpandTree {
    if (++this.#treeNodes > this.#options.maxTreeNodes) {
      throw new SthenoError('resource_exhausted', {
        message: `the tree has more than ${this.#options.maxTreeNodes} nodes`,
      });
    }
    return { kind: children.length === 0 ? 'leaf' : kind, subject, children };
  }

  #typesOf({ namespace, relation }: SubjectSet): readonly RelationType[] {
    const declaration = this.#options.model.declaration(namespace, relation);
    return typeof declaration === 'string' ? [] : declaration.types;
  }

  #isPermit(set: SubjectSet): boolean {
    return this.#permitBody(set) !== undefined;
  }

  #permitBody({ namespace, relation }: SubjectSet): RuleGroup | undefined {
    const { symbols } = this.#program;
    const namespaceNumber = symbols.find(namespace);
    const relationNumber = symbols.find(relation);
    if (namespaceNumber === undefined || relationNumber === undefined) return undefined;
    const declaration = this.#program.declaration(namespaceNumber, relationNumber);
    return declaration.kind === 'permit' ? declaration.body : undefined;
  }
}

/** The order of a rewrite's children: by kind, and within a kind as in the source (contract: expand §4). */
function inTreeOrder(rules: readonly Rule[]): Rule[] {
  const rank = { computed: 0, traverse: 1, or: 2, and: 2, not: 3 };
  return rules.toSorted((a, b) => rank[a.kind] - rank[b.kind]);
}

function asSubject({ namespace, object, relation }: SubjectSet): Subject {
  return { kind: 'set', namespace, object, relation };
}
