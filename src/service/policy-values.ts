import { NullValue, type Value } from '@bufbuild/protobuf/wkt';
import { SthenoError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../policy/json-value.ts';
import { InvalidPolicyError } from '../policy/policy-error.ts';

/**
 * A level is up to three messages (a value, a struct and its entry), and decoders give up at 100 messages in each
 * other, a request or an answer included.
 */
const MAX_LEVELS = 30;

type Fields = Readonly<Record<string, Value>>;

/**
 * A field of JSON values as the document of the REST API would have it; without any it is absent there.
 * @throws {InvalidPolicyError} for what is no JSON, for what nests too deep, and for what was lost on the way, so
 *   that no condition goes missing
 */
export function jsonFieldFromProto(fields: Fields, name: string): JsonObject | undefined {
  const object = objectFrom(fields, name, 1);
  return Object.keys(object).length === 0 ? undefined : object;
}

/** @throws {SthenoError} `failed_precondition` for what nests too deep for messages */
export function jsonFieldToProto(object: JsonObject | undefined): Record<string, Value> {
  return fieldsTo(object ?? {}, 1);
}

function objectFrom(fields: Fields, name: string, depth: number): JsonObject {
  requireDepth(depth);
  // Decoders assign keys to plain objects, where `__proto__` is no key and its value vanishes.
  const prototype: unknown = Object.getPrototypeOf(fields);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new InvalidPolicyError(`the key "__proto__" in ${name} cannot be sent in a message`);
  }
  const object: { [key: string]: JsonValue } = Object.create(null) as { [key: string]: JsonValue };
  for (const [key, value] of Object.entries(fields)) object[key] = valueFrom(value, name, depth);
  return object;
}

function valueFrom({ kind }: Value, name: string, depth: number): JsonValue {
  switch (kind.case) {
    case 'structValue':
      return objectFrom(kind.value.fields, name, depth + 1);
    case 'listValue':
      requireDepth(depth + 1);
      return kind.value.values.map((item) => valueFrom(item, name, depth + 1));
    case 'numberValue':
      if (!Number.isFinite(kind.value)) throw new InvalidPolicyError(`the number in ${name} is not finite`);
      return kind.value;
    case 'stringValue':
    case 'boolValue':
      return kind.value;
    case 'nullValue':
      return null;
    case undefined:
      throw new InvalidPolicyError(`a value in ${name} is of no kind`);
  }
}

function requireDepth(depth: number): void {
  if (depth <= MAX_LEVELS) return;
  throw new InvalidPolicyError(`JSON in messages must not nest deeper than ${MAX_LEVELS} levels`);
}

function fieldsTo(object: JsonObject, depth: number): Record<string, Value> {
  requireShowable(depth);
  // fromEntries makes a property of every key, also of `__proto__`.
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, valueTo(item, depth)]));
}

// Spelled out, as protobuf-es lets messages of proto3 be: `create` would lose the key `__proto__` on the way.
function valueTo(json: JsonValue, depth: number): Value {
  return { $typeName: 'google.protobuf.Value', kind: kindTo(json, depth) };
}

function kindTo(json: JsonValue, depth: number): Value['kind'] {
  if (json === null) return { case: 'nullValue', value: NullValue.NULL_VALUE };
  if (typeof json === 'string') return { case: 'stringValue', value: json };
  if (typeof json === 'number') return { case: 'numberValue', value: json };
  if (typeof json === 'boolean') return { case: 'boolValue', value: json };
  if (isJsonObject(json)) {
    const fields = fieldsTo(json, depth + 1);
    return { case: 'structValue', value: { $typeName: 'google.protobuf.Struct', fields } };
  }
  requireShowable(depth + 1);
  const values = json.map((item) => valueTo(item, depth + 1));
  return { case: 'listValue', value: { $typeName: 'google.protobuf.ListValue', values } };
}

function requireShowable(depth: number): void {
  if (depth <= MAX_LEVELS) return;
  const message = `what is stored nests deeper than ${MAX_LEVELS} levels of JSON: read it through the REST API`;
  throw new SthenoError('failed_precondition', { message });
}
