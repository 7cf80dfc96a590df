import type { AccessRequest } from './access-request.ts';
import { containsAddress, parseIpAddress, parseIpNetwork } from './ip-address.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { PolicyEvaluationError, quote } from './policy-error.ts';

/** Whether a text contains a match of an expression. Throws a `PolicyEvaluationError` if it is none. */
export type ExpressionSearch = (expression: string, text: string) => boolean;

/** What a condition looks at. */
interface Question {
  readonly request: AccessRequest;
  /** The context's value at the condition's key, if it has one. */
  readonly value: JsonValue | undefined;
  readonly options: JsonObject;
  readonly search: ExpressionSearch;
}

type Condition = (question: Question) => boolean;

const NO_OPTIONS: JsonObject = {};

/** Conditions that look at a value are false without one; then their options are not looked at. */
const CONDITIONS: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  ['StringEqualCondition', ({ value, options }) => typeof value === 'string' && value === option(options, 'equals')],
  ['StringMatchCondition', (question) => question.value !== undefined && isStringMatch(question)],
  ['EqualsSubjectCondition', ({ value, request }) => value === request.subject],
  ['StringPairsEqualCondition', ({ value }) => value !== undefined && arePairsEqual(value)],
  ['CIDRCondition', (question) => question.value !== undefined && isInNetwork(question)],
  ['BooleanCondition', ({ value, options }) => typeof value === 'boolean' && value === option(options, 'value')],
  ['ResourceContainsCondition', isPartOfResource],
]);

/** Whether one condition of a policy holds. */
export interface ConditionResult {
  /** The key of the context that it looks at. */
  readonly key: string;
  /** As it is stored, whether it is known or not; empty where there is none. */
  readonly type: string;
  readonly isMet: boolean;
}

/**
 * Which conditions of a policy hold (contract: acp §5). Each of them is evaluated, also
 * after one was false, so that an error never depends on their order. Throws a
 * `PolicyEvaluationError` where a value or an option is of a kind that the condition cannot use.
 */
export function evaluateConditions(
  conditions: JsonObject | undefined,
  request: AccessRequest,
  search: ExpressionSearch,
): readonly ConditionResult[] {
  if (conditions === undefined) return [];
  return Object.entries(conditions).map(([key, entry]) => {
    const { context } = request;
    const value = context !== undefined && Object.hasOwn(context, key) ? context[key] : undefined;
    try {
      return { key, type: typeOf(entry), isMet: isMet(entry, { request, value, search }) };
    } catch (error) {
      if (!(error instanceof PolicyEvaluationError)) throw error;
      throw new PolicyEvaluationError(`condition ${quote(key)}: ${error.message}`);
    }
  });
}

function typeOf(entry: JsonValue): string {
  const type = isJsonObject(entry) ? option(entry, 'type') : undefined;
  return typeof type === 'string' ? type : '';
}

/** An entry of unknown form or type, and one without the key `options`, is false. */
function isMet(entry: JsonValue, question: Omit<Question, 'options'>): boolean {
  if (!isJsonObject(entry)) return false;
  const condition = CONDITIONS.get(typeOf(entry));
  const options = option(entry, 'options');
  if (condition === undefined || options === undefined) return false;
  return condition({ ...question, options: isJsonObject(options) ? options : NO_OPTIONS });
}

function isStringMatch({ value, options, search }: Question): boolean {
  const expression = option(options, 'matches');
  if (expression === undefined) return false;
  return search(needString(expression, '"matches"'), needString(value, 'its value in the context'));
}

function arePairsEqual(value: JsonValue): boolean {
  const pairs = needArray(value, 'its value in the context').map((pair) => needArray(pair, 'each of its pairs'));
  return pairs.length > 0 && pairs.every((pair) => pair.length === 2 && isSameJson(pair[0], pair[1]));
}

function isInNetwork({ value, options }: Question): boolean {
  const cidr = option(options, 'cidr');
  if (cidr === undefined) return false;
  const address = parseIpAddress(needString(value, 'its value in the context'));
  if (address === undefined) throw new PolicyEvaluationError('its value in the context must be an IP address');
  const network = parseIpNetwork(needString(cidr, '"cidr"'));
  if (network === undefined) throw new PolicyEvaluationError('"cidr" must be a network such as 192.168.0.0/16');
  return containsAddress(network, address);
}

/** With a delimiter, whether the value is a run of whole segments of the resource. */
function isPartOfResource({ request, options }: Question): boolean {
  const [value, delimiter] = ['value', 'delimiter'].map((key) => {
    const given = option(options, key);
    return given === undefined ? '' : needString(given, `"${key}"`);
  });
  return `${delimiter}${request.resource}${delimiter}`.includes(`${delimiter}${value}${delimiter}`);
}

function option(options: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(options, key) ? options[key] : undefined;
}

function needString(value: JsonValue | undefined, name: string): string {
  if (typeof value !== 'string') throw new PolicyEvaluationError(`${name} must be a string`);
  return value;
}

function needArray(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new PolicyEvaluationError(`${name} must be an array`);
  return value as readonly JsonValue[]; // isArray forgets what a readonly array holds
}

/** Equality of kind and content; the order of an object's keys means nothing. */
function isSameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item: JsonValue, at) => isSameJson(item, b[at]));
  }
  if (!isJsonObject(a)) return a === b;
  const keys = Object.keys(a);
  if (!isJsonObject(b) || keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]));
}
