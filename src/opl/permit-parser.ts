import type { RewriteChild, SubjectSetRewrite } from '../namespace/namespace.ts';
import type { MemberDeclaration, Reference } from './declaration.ts';
import type { Span } from './place.ts';
import { quote } from './quote.ts';
import type { Token } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Levels of a permit: its body is one, each `(` and each `!` adds one (contract: OPL A3.2). */
const MAX_NESTING = 10;

const PARAMETERS = [':', '(', 'ctx'];
const CALL = ['(', 'ctx', ')'];
const SUBJECT = ['(', 'ctx', '.', 'subject'];

/** A group of operands while it is being read. */
interface OpenGroup {
  kind: SubjectSetRewrite['kind'];
  readonly children: RewriteChild[];
  /** Whether parentheses hold the operands together, so that another operator must not join them. */
  closed: boolean;
}

/** Parses the permits of a class (contract: OPL A3, Permit and below). */
export class PermitParser {
  /** Operators that apply to a group of the other operator although no parentheses say so. */
  readonly mixedOperators: Span[] = [];
  readonly #tokens: TokenReader;
  #references: Reference[] = [];
  /** How many `!` what is being read stands below. */
  #negations = 0;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  /** The permit of this name, which has been read. */
  parse({ text, start, end }: Token): MemberDeclaration {
    this.#references = [];
    this.#negations = 0;
    this.#tokens.expectAll(PARAMETERS);
    if (this.#tokens.optional(':')) this.#tokens.expect('Context');
    this.#tokens.expect(')');
    if (this.#tokens.optional(':')) this.#tokens.expect('boolean');
    this.#tokens.expect('=>');
    const rewrite = this.#group(',', 1);
    return {
      start,
      end,
      relation: { name: text, types: [], rewrite },
      references: this.#references,
    };
  }

  /** Operands up to and with the closing token; a permit's body may also end before a `}`. */
  #group(closing: ')' | ',', level: number): SubjectSetRewrite {
    this.#checkLevel(level);
    let group: OpenGroup | undefined;
    let operator: Token | undefined;
    let previous: 'leaf' | 'closed' | undefined;
    for (;;) {
      const { kind } = this.#tokens;
      if (kind === closing || kind === '}') {
        if (operator !== undefined)
          this.#tokens.fail(operator, `operator ${quote(operator.text)} has no right operand`);
        if (kind !== closing && closing === ')') this.#failHere('expected ")" to close the group, got "}"');
        if (group === undefined) this.#failHere(closing === ')' ? 'the group is empty' : 'the permit has no body');
        this.#tokens.skipIf(closing);
        return { kind: group.kind, children: group.children };
      }
      if (kind === '&&' || kind === '||') {
        if (group === undefined || operator !== undefined) {
          this.#failHere(`operator ${quote(kind)} has no left operand`);
        }
        operator = this.#tokens.next();
        continue;
      }
      const isSurplus = group !== undefined && operator === undefined;
      const isClosed = kind === '(' || kind === '!';
      if (isSurplus && !isClosed && previous === 'closed') this.#failHere('did not expect another expression');
      const surplus = isSurplus ? this.#tokens.peek() : undefined;
      const element = this.#element(level);
      if (surplus !== undefined) {
        this.#tokens.fail(surplus, `expected "&&" or "||" between two expressions, got ${quote(surplus.text)}`);
      }
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
    if (!group.closed) this.mixedOperators.push(operator);
    return { kind, children: [{ kind: group.kind, children: group.children }, operand], closed: false };
  }

  #element(level: number): RewriteChild | OpenGroup {
    if (this.#tokens.skipIf('(')) {
      const { kind, children } = this.#group(')', level + 1);
      return { kind, children: [...children], closed: true };
    }
    return this.#tokens.skipIf('!') ? this.#negation(level + 1) : this.#leaf();
  }

  #negation(level: number): RewriteChild {
    this.#checkLevel(level);
    this.#negations++;
    const child = this.#tokens.skipIf('(') ? this.#group(')', level + 1) : this.#leaf();
    this.#negations--;
    return { kind: 'invert', child };
  }

  #leaf(): RewriteChild {
    this.#tokens.expect('this');
    this.#tokens.expect('.');
    const section = this.#tokens.expectAnything();
    const relation = this.#property();
    if (section.text === 'permits') {
      this.#tokens.expectAll(CALL);
      return this.#computed(relation);
    }
    if (section.text !== 'related') this.#failAtSection(section);
    this.#tokens.expect('.');
    if (this.#tokens.optional('traverse')) return this.#traverse(relation);
    if (!this.#tokens.optional('includes')) {
      this.#tokens.failAtNext(({ text }) => `expected 'traverse' or 'includes', got ${quote(text)}`);
    }
    this.#tokens.expectAll(SUBJECT);
    this.#tokens.expect(')');
    return this.#computed(relation);
  }

  #computed({ text: relation, start, end }: Token): RewriteChild {
    this.#references.push({ kind: 'computed', relation, start, end, negated: this.#negations > 0 });
    return { kind: 'computed', relation };
  }

  #traverse({ text: relation, start, end }: Token): RewriteChild {
    this.#tokens.expect('(');
    const computedRelation = this.#lambda().text;
    const negated = this.#negations > 0;
    this.#references.push({ kind: 'traverse', relation, computedRelation, start, end, negated });
    return { kind: 'traverse', relation, computedRelation };
  }

  /** @returns the relation or permit that the body names */
  #lambda(): Token {
    const parameter = this.#parameter();
    this.#tokens.expect('=>');
    this.#tokens.expect(parameter.text);
    this.#tokens.expect('.');
    const section = this.#tokens.next();
    if (section.text !== 'related' && section.text !== 'permits') this.#failAtSection(section);
    const name = this.#nameProperty();
    if (section.text === 'permits') {
      this.#tokens.expectAll(CALL);
    } else {
      this.#tokens.expect('.');
      this.#tokens.expect('includes');
      this.#tokens.expectAll(SUBJECT);
      this.#tokens.optional(',');
      this.#tokens.expect(')');
      this.#tokens.optional(',');
    }
    this.#tokens.expect(')');
    return name;
  }

  #parameter(): Token {
    if (!this.#tokens.skipIf('(')) return this.#tokens.expectAnything();
    const parameter = this.#tokens.expectAnything();
    this.#tokens.expect(')');
    return parameter;
  }

  /** `.x` or `[x]`, x being any token. */
  #property(): Token {
    const isBracketed = this.#opensProperty();
    const property = this.#tokens.expectAnything();
    if (isBracketed) this.#tokens.expect(']');
    return property;
  }

  /** `.x` or `[x]`, x being a name. */
  #nameProperty(): Token {
    const isBracketed = this.#opensProperty();
    const property = this.#tokens.expectName();
    if (isBracketed) this.#tokens.expect(']');
    return property;
  }

  /** @returns whether by a bracket */
  #opensProperty(): boolean {
    const isBracketed = this.#tokens.skipIf('[');
    if (!isBracketed) this.#tokens.expect('.');
    return isBracketed;
  }

  #checkLevel(level: number): void {
    if (level > MAX_NESTING) {
      this.#failHere(`expression nested too deeply; maximal nesting depth is ${MAX_NESTING}`);
    }
  }

  #failAtSection(section: Token): never {
    this.#tokens.fail(section, `expected 'related' or 'permits', got ${quote(section.text)}`);
  }

  /** At the token that comes next, which may begin what parsing goes on with. */
  #failHere(message: string): never {
    this.#tokens.fail(this.#tokens.peek(), message);
  }
}
