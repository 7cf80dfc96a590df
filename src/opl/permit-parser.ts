import type { RewriteChild, SubjectSetRewrite } from '../namespace/namespace.ts';
import type { MemberDeclaration, Reference } from './declaration.ts';
import type { Place } from './place.ts';
import { quote } from './quote.ts';
import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Levels of a permit: its body is one, each `(` and each `!` adds one (contract: OPL A3.2). */
const MAX_NESTING = 10;

/** A group of operands while it is being read. */
interface OpenGroup {
  kind: SubjectSetRewrite['kind'];
  readonly children: RewriteChild[];
  /** Whether parentheses hold the operands together, so that another operator must not join them. */
  closed: boolean;
}

/** Parses the permits of a class (contract: OPL A3, Permit and below). */
export class PermitParser {
  readonly #tokens: TokenReader;
  #references: Reference[] = [];
  #mixedOperators: Place[] = [];
  /** How many `!` what is being read stands below. */
  #negations = 0;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  /** The permit of this name, which has been read. */
  parse(name: Token): MemberDeclaration {
    this.#references = [];
    this.#mixedOperators = [];
    this.#negations = 0;
    this.#tokens.expect(':', '(', 'ctx');
    this.#tokens.optional(':', 'Context');
    this.#tokens.expect(')');
    this.#tokens.optional(':', 'boolean');
    this.#tokens.expect('=>');
    const rewrite = this.#group(',', 1);
    return {
      place: this.#tokens.place(name),
      relation: { name: name.text, types: [], rewrite },
      references: this.#references,
      mixedOperators: this.#mixedOperators,
    };
  }

  /** Operands up to and with the closing token; a permit's body may also end before a `}`. */
  #group(closing: ')' | ',', level: number): SubjectSetRewrite {
    this.#checkLevel(level);
    let group: OpenGroup | undefined;
    let operator: Token | undefined;
    let previous: 'leaf' | 'closed' | undefined;
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind === closing || token.kind === '}') {
        if (operator !== undefined) this.#fail(operator, `operator ${quote(operator.text)} has no right operand`);
        if (token.kind !== closing && closing === ')') this.#fail(token, 'expected ")" to close the group, got "}"');
        if (group === undefined) this.#fail(token, closing === ')' ? 'the group is empty' : 'the permit has no body');
        if (token.kind === closing) this.#tokens.next();
        return { kind: group.kind, children: group.children };
      }
      if (token.kind === '&&' || token.kind === '||') {
        if (group === undefined || operator !== undefined) {
          this.#fail(token, `operator ${quote(token.text)} has no left operand`);
        }
        operator = this.#tokens.next();
        continue;
      }
      const isSurplus = group !== undefined && operator === undefined;
      const isClosed = token.kind === '(' || token.kind === '!';
      if (isSurplus && !isClosed && previous === 'closed') this.#fail(token, 'did not expect another expression');
      const element = this.#element(level);
      if (isSurplus) this.#fail(token, `expected "&&" or "||" between two expressions, got ${quote(token.text)}`);
      group = this.#join(group, operator, element);
      operator = undefined;
      previous = isClosed ? 'closed' : 'leaf';
    }
  }

  /** Operators have one precedence and associate to the left (contract: OPL A3.1). */
  #join(group: OpenGroup | undefined, operator: Token | undefined, element: RewriteChild | OpenGroup): OpenGroup {
    const isGroup = 'closed' in element;
    const operand: RewriteChild = isGroup ? { kind: element.kind, children: element.children } : element;
    if (group === undefined || operator === undefined) {
      return isGroup ? element : { kind: 'union', children: [operand], closed: false };
    }
    const kind = operator.kind === '&&' ? 'intersection' : 'union';
    if (!group.closed && (group.kind === kind || group.children.length === 1)) {
      group.kind = kind;
      group.children.push(operand);
      return group;
    }
    if (!group.closed) this.#mixedOperators.push(this.#tokens.place(operator));
    return { kind, children: [{ kind: group.kind, children: group.children }, operand], closed: false };
  }

  #element(level: number): RewriteChild | OpenGroup {
    if (this.#tokens.peek().kind === '(') {
      this.#tokens.next();
      const { kind, children } = this.#group(')', level + 1);
      return { kind, children: [...children], closed: true };
    }
    return this.#tokens.peek().kind === '!' ? this.#negation(level + 1) : this.#leaf();
  }

  #negation(level: number): RewriteChild {
    this.#tokens.next();
    this.#checkLevel(level);
    this.#negations++;
    const isGroup = this.#tokens.peek().kind === '(';
    if (isGroup) this.#tokens.next();
    const child = isGroup ? this.#group(')', level + 1) : this.#leaf();
    this.#negations--;
    return { kind: 'invert', child };
  }

  #leaf(): RewriteChild {
    this.#tokens.expect('this', '.');
    const section = this.#tokens.expectAnything();
    const relation = this.#property();
    if (section.text === 'permits') {
      this.#tokens.expect('(', 'ctx', ')');
      return this.#computed(relation);
    }
    if (section.text !== 'related') this.#failAtSection(section);
    this.#tokens.expect('.');
    const method = this.#tokens.next();
    if (method.text === 'traverse') return this.#traverse(relation);
    if (method.text !== 'includes') {
      this.#fail(method, `expected 'traverse' or 'includes', got ${quote(method.text)}`);
    }
    this.#tokens.expect('(', 'ctx', '.', 'subject', ')');
    return this.#computed(relation);
  }

  #computed(relation: Token): RewriteChild {
    this.#references.push({
      kind: 'computed',
      relation: relation.text,
      place: this.#tokens.place(relation),
      negated: this.#negations > 0,
    });
    return { kind: 'computed', relation: relation.text };
  }

  #traverse(relation: Token): RewriteChild {
    this.#tokens.expect('(');
    const computedRelation = this.#lambda().text;
    this.#references.push({
      kind: 'traverse',
      relation: relation.text,
      computedRelation,
      place: this.#tokens.place(relation),
      negated: this.#negations > 0,
    });
    return { kind: 'traverse', relation: relation.text, computedRelation };
  }

  /** @returns the relation or permit that the body names */
  #lambda(): Token {
    const parameter = this.#parameter();
    this.#tokens.expect('=>', parameter.text, '.');
    const section = this.#tokens.next();
    if (section.text !== 'related' && section.text !== 'permits') this.#failAtSection(section);
    const name = this.#nameProperty();
    if (section.text === 'permits') {
      this.#tokens.expect('(', 'ctx', ')', ')');
      return name;
    }
    this.#tokens.expect('.', 'includes', '(', 'ctx', '.', 'subject');
    this.#tokens.optional(',');
    this.#tokens.expect(')');
    this.#tokens.optional(',');
    this.#tokens.expect(')');
    return name;
  }

  #parameter(): Token {
    if (this.#tokens.peek().kind !== '(') return this.#tokens.expectAnything();
    this.#tokens.next();
    const parameter = this.#tokens.expectAnything();
    this.#tokens.expect(')');
    return parameter;
  }

  /** `.x` or `[x]`, x being any token. */
  #property(): Token {
    const isBracketed = this.#tokens.peek().kind === '[';
    this.#tokens.expect(isBracketed ? '[' : '.');
    const property = this.#tokens.expectAnything();
    if (isBracketed) this.#tokens.expect(']');
    return property;
  }

  /** `.x` or `[x]`, x being a name. */
  #nameProperty(): Token {
    const isBracketed = this.#tokens.peek().kind === '[';
    this.#tokens.expect(isBracketed ? '[' : '.');
    const property = this.#tokens.expectName();
    if (isBracketed) this.#tokens.expect(']');
    return property;
  }

  #checkLevel(level: number): void {
    if (level > MAX_NESTING) {
      this.#fail(this.#tokens.peek(), `expression nested too deeply; maximal nesting depth is ${MAX_NESTING}`);
    }
  }

  #failAtSection(section: Token): never {
    this.#fail(section, `expected 'related' or 'permits', got ${quote(section.text)}`);
  }

  #fail(token: Token, message: string): never {
    this.#tokens.fail(token, message);
  }
}
