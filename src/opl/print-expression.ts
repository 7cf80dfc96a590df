import type { RewriteChild, SubjectSetRewrite } from '../namespace/namespace.ts';
import { printName } from './print-name.ts';

/** What decides between the spellings of one meaning. */
export interface NamesInScope {
  isPermit(relation: string): boolean;
  /** Whether some namespace that traversing the relation leads to has a permit of that name. */
  leadsToPermit(relation: string, target: string): boolean;
}

/** Levels that parentheses and `!` may take (contract: OPL A3.2). */
const MAX_NESTING = 10;

interface Printed {
  readonly text: string;
  /** How many levels it takes, its own included; a leaf has none. */
  readonly levels: number;
}

/**
 * A permit's body. Groups are in parentheses; where that would be too many, the leading group of
 * each stands without, which means the same, because operators are read from left to right.
 */
export function printExpression(rewrite: SubjectSetRewrite, names: NamesInScope): string {
  const printed = printGroup(rewrite, names, { isBare: false });
  return (printed.levels <= MAX_NESTING ? printed : printGroup(rewrite, names, { isBare: true })).text;
}

function printGroup(group: SubjectSetRewrite, names: NamesInScope, style: { isBare: boolean }): Printed {
  // `a || b && c || …` nests as deeply as it is long, in leading groups: they need a loop.
  const leading = [group];
  for (let first = group.children[0]; first !== undefined && isGroup(first); first = first.children[0]) {
    leading.push(first);
  }
  let printed: Printed | undefined;
  for (const { kind, children } of leading.reverse()) {
    const rest = (printed === undefined ? children : children.slice(1)).map((child) =>
      printOperand(child, names, style),
    );
    const all = printed === undefined ? rest : [enclose(printed, style), ...rest];
    printed = joinOperands(all, kind === 'union' ? ' || ' : ' && ');
  }
  // There is at least the group itself.
  return printed as Printed;
}

/** Put together piece by piece: `Array.join` would copy the leading groups again and again. */
function joinOperands(operands: readonly Printed[], operator: string): Printed {
  let text = '';
  let levels = 0;
  for (const operand of operands) {
    text += text === '' ? operand.text : operator + operand.text;
    levels = Math.max(levels, operand.levels);
  }
  return { text, levels: levels + 1 };
}

function enclose({ text, levels }: Printed, { isBare }: { isBare: boolean }): Printed {
  return isBare ? { text, levels: levels - 1 } : { text: `(${text})`, levels };
}

function printOperand(node: RewriteChild, names: NamesInScope, style: { isBare: boolean }): Printed {
  switch (node.kind) {
    case 'union':
    case 'intersection':
      return enclose(printGroup(node, names, style), { isBare: false });
    case 'invert': {
      // `!!x` does not parse.
      const child: RewriteChild = node.child.kind === 'invert' ? { kind: 'union', children: [node.child] } : node.child;
      const { text, levels } = printOperand(child, names, style);
      return { text: `!${text}`, levels: levels + 1 };
    }
    case 'computed':
      return {
        text: names.isPermit(node.relation)
          ? `this.permits${printProperty(node.relation)}(ctx)`
          : `this.related${printProperty(node.relation)}.includes(ctx.subject)`,
        levels: 0,
      };
    case 'traverse': {
      const target = printProperty(node.computedRelation);
      const body = names.leadsToPermit(node.relation, node.computedRelation)
        ? `p.permits${target}(ctx)`
        : `p.related${target}.includes(ctx.subject)`;
      return { text: `this.related${printProperty(node.relation)}.traverse((p) => ${body})`, levels: 0 };
    }
  }
}

function isGroup(node: RewriteChild): node is SubjectSetRewrite {
  return node.kind === 'union' || node.kind === 'intersection';
}

function printProperty(name: string): string {
  const printed = printName(name);
  return /^["']/.test(printed) ? `[${printed}]` : `.${printed}`;
}
