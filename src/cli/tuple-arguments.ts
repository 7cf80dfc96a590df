import type { Writable } from 'node:stream';
import { quote } from '../opl/quote.ts';
import type { Subject } from '../tuple/relation-tuple.ts';
import { MalformedTupleTextError, parseSubject, parseSubjectSet } from '../tuple/tuple-text.ts';
import { UsageError } from './usage-error.ts';

/**
 * The object of the last one or two arguments: `namespace:object`, or the two apart, which is deprecated.
 *
 * @throws {UsageError} when there is no namespace before a colon.
 * Source: contract, command line §5.
 */
export function parseObjectArguments(
  args: readonly string[],
  stderr: Writable,
): { readonly namespace: string; readonly object: string } {
  const [first = '', second] = args;
  if (second !== undefined) {
    stderr.write(
      'Warning: passing namespace and object as separate arguments is deprecated. Use <object_namespace>:<object_id> instead.\n',
    );
    return { namespace: first, object: second };
  }
  const colon = first.indexOf(':');
  if (colon < 1) {
    throw new UsageError(`expected <object_namespace>:<object_id> format, got ${quote(first)}`);
  }
  return { namespace: first.slice(0, colon), object: first.slice(colon + 1) };
}

/** The subject of an argument. @throws {UsageError} */
export function parseSubjectArgument(text: string): Subject {
  return orUsageError(() => parseSubject(text), `could not parse subject ${quote(text)}: `);
}

/** The subject set of a flag. @throws {UsageError} */
export function parseSubjectSetFlag(text: string): Subject {
  return { kind: 'set', ...orUsageError(() => parseSubjectSet(text), '') };
}

function orUsageError<T>(parse: () => T, prefix: string): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof MalformedTupleTextError ? new UsageError(prefix + error.message) : error;
  }
}
