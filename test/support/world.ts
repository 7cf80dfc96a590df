import { readFileSync } from 'node:fs';
import { Model } from '../../src/namespace/model.ts';
import { parseOpl } from '../../src/opl/parse.ts';
import type { TestSet, TestTuple } from './parse-test-tuple.ts';

/** A world of `test/conformance`: a model, tuples, and what was answered about them. */
export interface World {
  readonly name: string;
  readonly opl?: string;
  readonly namespaces?: readonly string[];
  readonly config?: {
    readonly strict?: boolean;
    readonly max_read_depth?: number;
    readonly max_expand_size?: number;
    readonly expand_rewrites?: boolean;
  };
  readonly tuples: readonly TestTuple[];
  readonly checks?: readonly (readonly [TestTuple, number, unknown])[];
  readonly expands?: readonly (readonly [TestSet, number, unknown])[];
  readonly differs?: {
    /** Our parser rejects the model. */
    readonly rejected?: boolean;
    readonly checks?: Readonly<Record<string, { readonly answer: unknown }>>;
    readonly expands?: Readonly<Record<string, { readonly answer: unknown }>>;
  };
}

/** The worlds of a file below `test/conformance`. */
export function readWorlds(file: string): readonly World[] {
  const { worlds } = JSON.parse(readFileSync(new URL(`../conformance/${file}`, import.meta.url), 'utf8')) as {
    worlds: readonly World[];
  };
  return worlds;
}

export function modelOf({ opl, namespaces = [] }: Pick<World, 'opl' | 'namespaces'>): Model {
  if (opl === undefined) {
    return new Model(
      'inline',
      namespaces.map((name) => ({ name, relations: [] })),
    );
  }
  const parsed = parseOpl(opl);
  if (parsed.errors.length > 0) throw new Error(`the world's model is broken: ${JSON.stringify(parsed.errors)}`);
  return new Model('opl', parsed.namespaces);
}
