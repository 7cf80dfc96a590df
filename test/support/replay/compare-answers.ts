import { isDeepStrictEqual } from 'node:util';
import { fillIn } from './placeholders.ts';
import type { Answer } from './suite.ts';

export interface ComparisonRules {
  readonly mask: readonly string[];
  readonly unordered: readonly string[];
  /** What earlier answers were saved as; what this one saves is added. */
  readonly known: Map<string, unknown>;
}

const SAVE = /^\{\{save:([\w.-]+)\}\}$/;
/** Of these only what the expectation names is compared, and `null` in it means absent. */
const OPEN_OBJECTS = new Set(['/headers', '/trailers']);
/** The forms a body can be shown in; an expectation without any of them expects no body. */
const BODY_FORMS = ['json', 'text', 'base64', 'frames', 'families', 'samples'];
/** Looked at only where the expectation has them. */
const OPTIONAL: Readonly<Record<'http' | 'grpc', readonly string[]>> = {
  http: ['headers', 'trailers'],
  grpc: ['headers', 'trailers', 'httpStatus', 'message', 'code'],
};

/** How the answer differs from the expectation, one line a difference. */
export function compareAnswers(
  kind: 'http' | 'grpc' | 'gathered',
  expected: Answer,
  actual: Answer,
  rules: ComparisonRules,
): string[] {
  const seen: Record<string, unknown> = { ...actual };
  if (kind !== 'gathered') {
    for (const key of OPTIONAL[kind]) if (!(key in expected)) delete seen[key];
  }
  if (kind === 'http') selectBody(expected, seen);
  return compareObjects(expected, seen, '', rules);
}

/** Leaves of a body the form that is expected; without any, a text so that a body is noticed. */
function selectBody(expected: Answer, seen: Record<string, unknown>): void {
  const wanted = BODY_FORMS.filter((form) => form in expected);
  const kept = wanted.length > 0 ? wanted : seen.text || seen.base64 ? ['text', 'base64'] : [];
  for (const form of BODY_FORMS) if (!kept.includes(form)) delete seen[form];
  for (const form of ['families', 'samples']) {
    if (form in expected && seen[form] !== undefined) seen[form] = onlyExpected(expected[form], seen[form]);
  }
}

/** Other metrics may exist. */
function onlyExpected(expected: unknown, seen: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(seen)) return expected.filter((item) => seen.includes(item));
  const names = Object.keys(expected as object);
  return Object.fromEntries(Object.entries(seen as object).filter(([name]) => names.includes(name)));
}

function compareValues(expected: unknown, actual: unknown, path: string, rules: ComparisonRules): string[] {
  const saved = typeof expected === 'string' ? SAVE.exec(expected)?.[1] : undefined;
  if (saved !== undefined) {
    rules.known.set(saved, actual);
    return actual === undefined ? [`${path}: missing`] : [];
  }
  if (isPointedAt(path, rules.mask)) {
    return typeOf(expected) === typeOf(actual) ? [] : [`${path}: expected a ${typeOf(expected)}, got ${show(actual)}`];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) return compareArrays(expected, actual, path, rules);
  if (typeOf(expected) === 'object' && typeOf(actual) === 'object') {
    return compareObjects(expected as Answer, actual as Answer, path, rules);
  }
  const wanted = fillIn(expected, rules.known);
  return isDeepStrictEqual(wanted, actual) ? [] : [`${path}: expected ${show(wanted)}, got ${show(actual)}`];
}

function compareObjects(expected: Answer, actual: Answer, path: string, rules: ComparisonRules): string[] {
  const isOpen = OPEN_OBJECTS.has(path);
  const differences = Object.keys(expected).flatMap((key) => {
    const at = `${path}/${key}`;
    if (isOpen && expected[key] === null) return actual[key] === undefined ? [] : [`${at}: must be absent`];
    return key in actual ? compareValues(expected[key], actual[key], at, rules) : [`${at}: missing`];
  });
  if (isOpen) return differences;
  const unexpected = Object.keys(actual).filter((key) => !(key in expected));
  return [...differences, ...unexpected.map((key) => `${path}/${key}: unexpected ${show(actual[key])}`)];
}

function compareArrays(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: string,
  rules: ComparisonRules,
): string[] {
  if (expected.length !== actual.length) return [`${path}: expected ${expected.length} items, got ${show(actual)}`];
  if (!isPointedAt(path, rules.unordered)) {
    return expected.flatMap((item, index) => compareValues(item, actual[index], `${path}/${index}`, rules));
  }
  const left = [...actual];
  return expected.flatMap((item) => {
    const found = left.findIndex((candidate) => compareValues(item, candidate, `${path}/0`, rules).length === 0);
    if (found < 0) return [`${path}: no ${show(item)} in ${show(left)}`];
    left.splice(found, 1);
    return [];
  });
}

/** In pointers `*` stands for any index. */
function isPointedAt(path: string, pointers: readonly string[]): boolean {
  const keys = path.split('/');
  return pointers.some((pointer) => {
    const pattern = pointer.split('/');
    return pattern.length === keys.length && pattern.every((key, index) => key === '*' || key === keys[index]);
  });
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
