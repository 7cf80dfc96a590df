import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fillIn } from '../../support/replay/placeholders.ts';
import type { ProgramEnd } from '../../support/run-program.ts';
import { runProgram } from './run-program.ts';

/** A suite of recorded calls of the command line. */
export interface CliSuite {
  readonly suite: string;
  readonly setup: {
    readonly config?: Readonly<Record<string, unknown>>;
    readonly files?: Readonly<Record<string, string>>;
    readonly namespaces?: unknown;
    /** false: no server runs. */
    readonly server?: boolean;
    /** A fresh PostgreSQL database for every case. */
    readonly postgres?: boolean;
  };
  readonly cases: readonly CliCase[];
}

export interface CliCase {
  readonly rule: string;
  readonly name: string;
  readonly tuples?: readonly (string | object)[];
  readonly steps: readonly CliStep[];
}

interface CliStep {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string | { readonly repeat: string; readonly times: number }>>;
  readonly expect: CliAnswer;
  readonly unordered_lines?: readonly OutputName[];
  /** Where the program answers differently on purpose. */
  readonly stheno?: { readonly expect?: CliAnswer };
}

type OutputName = 'stdout' | 'stderr';

type CliAnswer = { readonly exit: number } & { readonly [K in OutputName | `${OutputName}_match`]?: string };

/**
 * Runs the steps of a case in a directory of its own and compares what they print. `known` are the placeholders of the
 * server.
 */
export async function replayCliCase({ steps }: CliCase, known: ReadonlyMap<string, unknown>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'stheno-cli-'));
  const values = new Map([...known, ['dir', dir]]);
  try {
    for (const step of steps) {
      writeFiles(dir, step, values);
      const { argv: args, env = {}, stdin = '' } = fillIn(step, values);
      const end = await runProgram({ args, cwd: dir, env, stdin });
      compare(step, end, values);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function writeFiles(dir: string, { files = {} }: CliStep, values: ReadonlyMap<string, unknown>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    const text = typeof content === 'string' ? fillIn(content, values) : content.repeat.repeat(content.times);
    writeFileSync(join(dir, name), text);
  }
}

function compare(step: CliStep, end: ProgramEnd, values: Map<string, unknown>): void {
  const expected = step.stheno?.expect ?? step.expect;
  const unordered = step.stheno ? [] : (step.unordered_lines ?? []);
  for (const name of ['stderr', 'stdout'] as const) {
    const pattern = expected[`${name}_match`];
    const text = expected[name] ?? '';
    if (pattern !== undefined) assert.match(end[name], new RegExp(pattern));
    else if (unordered.includes(name)) assert.equal(sortedLines(end[name]), sortedLines(fillIn(text, values)));
    else if (!matches(text, end[name], values)) assert.equal(end[name], text, `${name} of ${step.argv.join(' ')}`);
  }
  assert.equal(end.exit, expected.exit, `exit code of ${step.argv.join(' ')}`);
}

/** Compares a text with placeholders, and keeps what stands where one says `save`. */
function matches(expected: string, text: string, values: Map<string, unknown>): boolean {
  const names: string[] = [];
  const source = expected.split(/(\{\{[\w:]+\}\})/).map((part) => {
    const [, name] = /^\{\{([\w:]+)\}\}$/.exec(part) ?? [];
    if (name === undefined) return escaped(part);
    if (name.startsWith('save:')) names.push(name.slice('save:'.length));
    return PATTERNS[name] ?? (name.startsWith('save:') ? '([^]*?)' : escaped(String(values.get(name) ?? part)));
  });
  const match = new RegExp(`^${source.join('')}$`).exec(text);
  for (const [at, name] of names.entries()) values.set(name, match?.[at + 1]);
  return match !== null;
}

const PATTERNS: Readonly<Record<string, string>> = { any: '[^]*?', usage: 'Usage:[^]+', program: '(?:keto|stheno)' };

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function sortedLines(text: string): string {
  return text.split('\n').sort().join('\n');
}
