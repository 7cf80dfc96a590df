import type { Explanation } from '../../client/explain.ts';
import type { Position } from '../../opl/diagnostic.ts';
import { formatSubject, formatSubjectSet, formatTuple } from '../../tuple/tuple-text.ts';
import type { Coverage } from './coverage.ts';
import type { Expectation, ModelTest, TestFile } from './test-file.ts';
import { type Found, RefusedQuestionError, type TestTarget } from './test-target.ts';

/** How an expectation came out. */
export interface Outcome {
  /** The question, for people: `check Doc:readme#view@ann`. */
  readonly question: string;
  readonly place: Position;
  readonly passed: boolean;
  readonly expected: string | readonly string[];
  readonly actual: string | readonly string[];
  /** Why something may be missing from a list, or why a question was refused. */
  readonly remark?: string;
  /** Of a check. */
  readonly explanation?: Explanation;
  readonly durationMs: number;
}

export interface TestOutcome {
  readonly test: ModelTest;
  readonly outcomes: readonly Outcome[];
}

/** Runs all tests of a file, one after the other. */
export async function runTests(file: TestFile, target: TestTarget, coverage: Coverage): Promise<TestOutcome[]> {
  const results: TestOutcome[] = [];
  for (const test of file.tests) {
    await target.prepare(test);
    const outcomes: Outcome[] = [];
    for (const expectation of test.expectations) {
      const startedMs = performance.now();
      const result = await ask(expectation, test, target, coverage);
      const { place } = expectation;
      outcomes.push({
        ...result,
        question: questionText(expectation),
        place,
        durationMs: performance.now() - startedMs,
      });
    }
    results.push({ test, outcomes });
  }
  return results;
}

type Asked = Omit<Outcome, 'question' | 'place' | 'durationMs'>;

async function ask(
  expectation: Expectation,
  { maxDepth }: ModelTest,
  target: TestTarget,
  coverage: Coverage,
): Promise<Asked> {
  try {
    switch (expectation.kind) {
      case 'check': {
        const explanation = await target.explain(expectation.tuple, maxDepth);
        coverage.explained(explanation.root);
        const { expected } = expectation;
        const actual = checkOutcome(explanation);
        return { expected, actual, passed: actual === expected, explanation };
      }
      case 'objects': {
        const { namespace, relation } = expectation.question;
        const { found, limitation } = await target.listObjects(expectation.question, maxDepth);
        if (found.length > 0) coverage.granted(namespace, relation);
        return compare(expectation.expected, { found, limitation });
      }
      case 'subjects': {
        const { namespace, relation } = expectation.question.set;
        const { found, limitation } = await target.listSubjects(expectation.question, maxDepth);
        if (found.length > 0) coverage.granted(namespace, relation);
        const texts = found.map(formatSubject);
        return compare(expectation.expected.map(formatSubject), { found: texts, limitation });
      }
    }
  } catch (error) {
    if (!(error instanceof RefusedQuestionError)) throw error;
    return { expected: expectedText(expectation), actual: 'an error', passed: false, remark: error.message };
  }
}

/** Lists are compared as sets. What may be missing from one makes it another one. */
function compare(expected: readonly string[], { found, limitation }: Found<string>): Asked {
  const [wanted, actual] = [sorted(expected), sorted(found)];
  const isSame = wanted.length === actual.length && wanted.every((one, at) => one === actual[at]);
  const passed = isSame && limitation === undefined;
  return {
    expected: wanted,
    actual,
    passed,
    ...(limitation !== undefined && { remark: `something may be missing: ${limitation}` }),
  };
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function checkOutcome({ membership, limitation }: Explanation): string {
  switch (membership) {
    case 'member':
      return 'true';
    case 'not-member':
      return 'false';
    case 'unknown':
    case 'error':
      return (limitation ?? membership).toUpperCase();
  }
}

function expectedText(expectation: Expectation): string | readonly string[] {
  return expectation.kind === 'subjects' ? expectation.expected.map(formatSubject) : expectation.expected;
}

function questionText(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'check':
      return `check ${formatTuple(expectation.tuple)}`;
    case 'objects': {
      const { namespace, relation, subject } = expectation.question;
      return `list objects ${namespace} ${relation} ${formatSubject(subject)}`;
    }
    case 'subjects': {
      const { set, filter } = expectation.question;
      const only = Object.entries(filter).map(([name, value]) => ` ${name}=${value}`);
      return `list subjects ${formatSubjectSet(set)}${only.join('')}`;
    }
  }
}
