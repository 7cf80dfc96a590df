import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Answer, HttpStep, Suite } from './suite.ts';

const FOLDER = new URL('../../conformance/acp/', import.meta.url);

/** A recorded case of the policies API: what is stored when it begins, by flavor, and what is sent then. */
export interface PolicyCase {
  readonly name: string;
  readonly store?: Readonly<Record<string, Readonly<Record<'policies' | 'roles', readonly { readonly id: string }[]>>>>;
  readonly steps: readonly PolicyStep[];
  /** What the old server did without promising it. */
  readonly observed?: boolean;
}

export type PolicyStep = HttpStep | PolicyCliStep;

/** A call of the command line. Its directory stays for the whole case. */
export interface PolicyCliStep {
  readonly kind: 'cli';
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Arrays and objects are written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly expect: Answer;
  readonly stheno?: { readonly decision: string; readonly expect: Answer };
}

export interface PolicySuite extends Pick<Suite, 'suite'> {
  readonly cases: readonly PolicyCase[];
}

/** The suites of the policies API that the old server promised, on its default settings. */
export function readPolicySuites(): PolicySuite[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => JSON.parse(readFileSync(fileURLToPath(new URL(file, FOLDER)), 'utf8')) as PolicySuite & Suite) // our own data
    .filter(({ setup }) => setup === undefined)
    .map(({ suite, cases }) => ({ suite, cases: cases.filter(({ observed }) => observed !== true) }));
}
