import { compareAnswers } from './compare-answers.ts';
import type { Answer, HttpStep } from './suite.ts';

/** How an answer of the policies API differs from what a step expects, one line a difference. */
export function comparePolicyAnswers(step: HttpStep, actual: Answer, known: Map<string, unknown>): string[] {
  const wanted = step.stheno?.expect ?? step.expect ?? {};
  // A mask inside an expectation belongs to it, and points into the JSON.
  const { mask, json_contains: part, ...expected } = wanted as Answer & { mask?: string[]; json_contains?: Answer };
  const pointers = (mask ?? step.mask ?? []).map((pointer) => `/json${pointer}`);
  return compareAnswers(
    'http',
    sortAllow(part === undefined ? expected : { ...expected, json: part }),
    sortAllow(part === undefined ? actual : { ...actual, json: pick(actual.json, Object.keys(part)) }),
    { mask: pointers, unordered: step.unordered ?? [], known },
  );
}

/** The header `allow` is a set. */
function sortAllow(answer: Answer): Answer {
  const headers = answer.headers as Readonly<Record<string, string | null>> | undefined;
  if (typeof headers?.allow !== 'string') return answer;
  return { ...answer, headers: { ...headers, allow: headers.allow.split(/, */).sort().join(', ') } };
}

/** The named members of an object; others may be there too. */
function pick(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}
