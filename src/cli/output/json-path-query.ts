import type { Json } from './json.ts';
import { endOfString } from './json-path-syntax.ts';

type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '%' | '!%';

interface Query {
  readonly path: string;
  readonly operator: Operator | undefined;
  readonly operand: string;
}

/**
 * Whether an element satisfies the condition in the parentheses of `#(…)`: a path alone asks whether there is
 * something, a comparison is between strings, numbers or booleans, `%` matches a pattern with `*` and `?`.
 */
export function matchesQuery(
  item: Json,
  condition: string,
  resolve: (value: Json, path: string) => Json | undefined,
): boolean {
  const { path, operator, operand } = parseQuery(condition);
  const value = resolve(item, path);
  if (value === undefined) return false;
  if (operator === undefined) return true;
  if (operator === '%' || operator === '!%') {
    return typeof value === 'string' && pattern(operand).test(value) === (operator === '%');
  }
  if (typeof value === 'string') return compares(value, operand, operator);
  if (typeof value === 'number') return compares(value, Number(operand), operator);
  return typeof value === 'boolean' && compares(Number(value), Number(operand === 'true'), operator);
}

function parseQuery(condition: string): Query {
  let depth = 0;
  for (let at = 0; at < condition.length; at++) {
    const character = condition.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') at = endOfString(condition, at);
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    const operator = depth === 0 ? /^(?:!=|!%|<=|>=|==?|<|>|%)/.exec(condition.slice(at))?.[0] : undefined;
    if (operator !== undefined) {
      return {
        path: condition.slice(0, at).trim(),
        operator: operator === '=' ? '==' : (operator as Operator), // one of the alternatives of the pattern
        operand: unquoted(condition.slice(at + operator.length).trim()),
      };
    }
  }
  return { path: condition.trim(), operator: undefined, operand: '' };
}

function unquoted(text: string): string {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(text)) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

function pattern(text: string): RegExp {
  const source = text
    .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su');
}

function compares<T extends string | number>(left: T, right: T, operator: Exclude<Operator, '%' | '!%'>): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
