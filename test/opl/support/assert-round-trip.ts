import assert from 'node:assert/strict';
import type { Namespace } from '../../../src/namespace/namespace.ts';
import { parseOpl } from '../../../src/opl/parse.ts';
import { printOpl } from '../../../src/opl/print.ts';
import { simplifyAll } from './simplify.ts';

/** A printed model parses without errors to a model of the same meaning, which is printed the same way again. */
export function assertRoundTrip(namespaces: readonly Namespace[]): void {
  const printed = printOpl(namespaces);
  const result = parseOpl(printed);
  assert.deepEqual(result.errors, [], printed);
  assert.deepEqual(simplifyAll(result.namespaces), simplifyAll(namespaces));
  assert.equal(printOpl(result.namespaces), printed);
}
