import type * as z from 'zod';
import { type ConfigDocument, valueAt } from './config-document.ts';
import { ConfigError } from './config-error.ts';
import { redactValue } from './redact-config.ts';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a configuration. */
interface Problem {
  readonly path: readonly string[];
  readonly reason: string;
}

const HEADING = 'The configuration contains values or keys which are invalid:';

/** Turns what the schema found wrong with a document into the error that shows it. */
export function invalidConfig(document: ConfigDocument, issues: readonly Issue[]): ConfigError {
  const problems = issues.flatMap((issue) => toProblems(issue, []));
  return toError(problems, (path) => show(path, document));
}

/**
 * The error that shows what is wrong with one value, found when it was used.
 * @param shown the value, without anything secret
 */
export function invalidValue(path: readonly string[], shown: string, reason: string, cause?: unknown): ConfigError {
  return toError([{ path, reason }], () => shown, { cause });
}

function toError(
  problems: readonly Problem[],
  show: (path: readonly string[]) => string,
  options?: ErrorOptions,
): ConfigError {
  const report = problems.map((problem) => `\n${HEADING}\n${describe(problem, show)}\n`).join('');
  const summary = problems.map(({ path, reason }) => `${path.join('.') || '(root)'}: ${reason}`).join('; ');
  return new ConfigError(summary, `${report}\n`, options);
}

/** The contract's words for what is wrong with a value (contract: configuration §1). */
export function reasonOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'one or more required properties are missing';
      return `expected ${isInteger(issue) ? 'integer' : jsonTypeName(issue.expected)}, but got ${jsonTypeOf(issue.input)}`;
    case 'too_small':
      return bound('>=', issue.origin, issue.minimum, issue.input);
    case 'too_big':
      return bound('<=', issue.origin, issue.maximum, issue.input);
    case 'invalid_value':
      return typeof issue.input === 'string'
        ? `value must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
        : `expected string, but got ${jsonTypeOf(issue.input)}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `does not match pattern ${JSON.stringify(issue.pattern)}`
        : `${JSON.stringify(issue.input)} is not valid ${JSON.stringify(issue.format)}`;
    case 'unrecognized_keys':
      return `additionalProperties ${issue.keys.map((key) => JSON.stringify(key)).join(', ')} not allowed`;
    case 'invalid_union':
      return 'oneOf failed';
    default:
      return undefined;
  }
}

/** A value of several forms is followed by what is wrong with the form that it seems to be meant as. */
function toProblems(issue: Issue, parents: readonly string[]): Problem[] {
  const path = [...parents, ...issue.path.map(String)];
  const problem = { path, reason: issue.message };
  if (issue.code !== 'invalid_union') return [problem];
  const meant = issue.errors.find(
    (form) => !form.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return [problem, ...(meant ?? []).flatMap((cause) => toProblems(cause, path))];
}

function describe({ path, reason }: Problem, show: (path: readonly string[]) => string): string {
  if (path.length === 0) return `(root)\n^-- ${reason}`;
  const place = `${path.join('.')}: `;
  return `${place}${show(path)}\n${' '.repeat(place.length)}^-- ${reason}`;
}

function show(path: readonly string[], document: ConfigDocument): string {
  const value = valueAt(document, path);
  if (value === undefined || value === null) return '<nil>';
  // A page secret that was refused is shown, as the contract's recordings have it: it protects nothing.
  const shown = path[0] === 'secrets' && path.length === 3 ? value : redactValue(path, value);
  return typeof shown === 'object' ? JSON.stringify(shown) : String(shown);
}

function bound(comparison: string, origin: string, limit: number | bigint, input: unknown): string {
  return origin === 'string'
    ? `length must be ${comparison} ${limit}, but got ${[...String(input)].length}`
    : `must be ${comparison} ${limit} but found ${input}`;
}

/** An integer that got no number at all is reported as a missing number; the schema itself knows better. */
function isInteger({ inst }: z.core.$ZodRawIssue): boolean {
  const def: object | undefined = inst?._zod.def;
  return def !== undefined && 'format' in def && def.format === 'safeint';
}

function jsonTypeName(expected: string): string {
  switch (expected) {
    case 'int':
      return 'integer';
    case 'record':
      return 'object';
    default:
      return expected;
  }
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
