import type { AccessRequest } from './access-request.ts';
import { completePolicy, completeRole } from './complete-policy.ts';
import { JsonParser } from './json-parser.ts';
import { isJsonObject, type JsonObject } from './json-value.ts';
import type { Policy } from './policy.ts';
import { InvalidPolicyError, quote } from './policy-error.ts';
import type { Role } from './role.ts';

type FieldKind = 'string' | 'strings' | 'object';

/** The value of a field of each kind; absent strings are empty. */
interface FieldValues {
  readonly string: string;
  readonly strings: readonly string[] | undefined;
  readonly object: JsonObject | undefined;
}

type Shape = Readonly<Record<string, FieldKind>>;
type Fields<S extends Shape> = { -readonly [Name in keyof S]: FieldValues[S[Name]] };

/** A field that the document does not have. */
const EMPTY: FieldValues = { string: '', strings: undefined, object: undefined };

const POLICY = {
  id: 'string',
  description: 'string',
  subjects: 'strings',
  resources: 'strings',
  actions: 'strings',
  effect: 'string',
  conditions: 'object',
} as const satisfies Shape;

const ROLE = { id: 'string', description: 'string', members: 'strings' } as const satisfies Shape;

const REQUEST = { subject: 'string', resource: 'string', action: 'string', context: 'object' } as const satisfies Shape;

/**
 * Reads the JSON document of a policy with the leniencies of acp §1: unknown keys are dropped,
 * known ones may be in any case, and what follows the document is not looked at. A missing id
 * is made up. Throws an `InvalidPolicyError`.
 */
export function parsePolicy(body: string | Uint8Array): Policy {
  return completePolicy(readFields(parserOf(body), POLICY, { rejectUnknown: false }));
}

/** Reads a role, or the members that are to be added to one, as `parsePolicy` reads a policy. */
export function parseRole(body: string | Uint8Array): Role {
  return completeRole(readFields(parserOf(body), ROLE, { rejectUnknown: false }));
}

/** Reads the question of a check; here an unknown key is an error. Throws an `InvalidPolicyError`. */
export function parseAccessRequest(body: string | Uint8Array): AccessRequest {
  return readFields(parserOf(body), REQUEST, { rejectUnknown: true });
}

/** Reads many questions: `{"requests":[…]}`, each as `parseAccessRequest` reads one. Throws an `InvalidPolicyError`. */
export function parseAccessRequests(body: string | Uint8Array): readonly AccessRequest[] {
  const parser = parserOf(body);
  let requests: AccessRequest[] = [];
  if (!parser.isAt('{')) throw new InvalidPolicyError('the body is no JSON object');
  parser.readObject((key) => {
    if (key !== 'requests') throw new InvalidPolicyError(`unknown key ${quote(key)}`);
    if (!parser.isAt('[')) throw new InvalidPolicyError('"requests" must be an array');
    requests = [];
    parser.readArray(() => requests.push(readRequestOf(parser, requests.length)));
  });
  return requests;
}

function readRequestOf(parser: JsonParser, index: number): AccessRequest {
  try {
    if (!parser.isAt('{')) throw new InvalidPolicyError('it is no JSON object');
    return readFields(parser, REQUEST, { rejectUnknown: true });
  } catch (error) {
    if (!(error instanceof InvalidPolicyError)) throw error;
    throw new InvalidPolicyError(`requests[${index}]: ${error.message}`);
  }
}

/** A leading byte order mark is no JSON; bytes that are no UTF-8 become U+FFFD. */
function parserOf(body: string | Uint8Array): JsonParser {
  return new JsonParser(typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body));
}

/** The fields of the value at which the parser stands. */
function readFields<S extends Shape>(
  parser: JsonParser,
  shape: S,
  { rejectUnknown }: { rejectUnknown: boolean },
): Fields<S> {
  const values = new Map<string, unknown>(Object.entries(shape).map(([name, kind]) => [name, EMPTY[kind]]));
  const names = [...values.keys()];
  if (parser.isAt('{')) {
    parser.readObject((key) => {
      const name = names.find((known) => isSameKey(key, known));
      if (name !== undefined)
        values.set(name, readField(parser, { name, kind: shape[name], before: values.get(name) }));
      else if (rejectUnknown) throw new InvalidPolicyError(`unknown key ${quote(key)}`);
      else parser.readValue();
    });
  } else if (parser.readValue() !== null) throw new InvalidPolicyError('the body is no JSON object');
  return Object.fromEntries(values) as Fields<S>; // each name of the shape has a value of its kind
}

/** Keys are compared by the simple case folding of Unicode. */
function isSameKey(key: string, name: string): boolean {
  return key === name || (key.length === name.length && new RegExp(`^${name}$`, 'iu').test(key));
}

function readField(
  parser: JsonParser,
  { name, kind, before }: { name: string; kind: FieldKind | undefined; before: unknown },
): unknown {
  switch (kind) {
    case 'string':
      return readString(parser, `"${name}"`, { whenNull: before });
    case 'strings':
      return readStrings(parser, name);
    case 'object':
      return readOptionalObject(parser, name);
    case undefined:
      throw new Error(`BUG: the field "${name}" has no kind`);
  }
}

/** A null leaves a string as an earlier key made it. */
function readString(parser: JsonParser, place: string, { whenNull }: { whenNull: unknown }): unknown {
  const value = parser.readValue();
  if (value === null) return whenNull;
  if (typeof value !== 'string') throw new InvalidPolicyError(`${place} must be a string`);
  return value;
}

function readStrings(parser: JsonParser, name: string): readonly unknown[] | undefined {
  if (!parser.isAt('[')) {
    if (parser.readValue() !== null) throw new InvalidPolicyError(`"${name}" must be an array of strings`);
    return undefined;
  }
  const strings: unknown[] = [];
  parser.readArray(() => strings.push(readString(parser, `an element of "${name}"`, { whenNull: '' })));
  return strings;
}

function readOptionalObject(parser: JsonParser, name: string): JsonObject | undefined {
  const value = parser.readValue();
  if (value === null) return undefined;
  if (!isJsonObject(value)) throw new InvalidPolicyError(`"${name}" must be an object`);
  return value;
}
