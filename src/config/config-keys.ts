import * as z from 'zod';
import { configSchema } from './schema.ts';

/** The part of JSON Schema that describes the configuration. */
export interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: KeySchema;
  readonly anyOf?: readonly KeySchema[];
}

/** A key of the configuration; `*` in its path stands for an index of a list. */
export interface ConfigKey {
  readonly path: readonly string[];
  readonly schema: KeySchema;
}

/** The configuration as JSON Schema (draft-07), of what is written in files. */
export function configJsonSchema(): KeySchema {
  // zod's own type of the result also allows boolean schemas, which no key of ours is.
  return z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' }) as KeySchema;
}

/** All keys, objects before their members, in the order of the schema. */
export function configKeys(): ConfigKey[] {
  const keys: ConfigKey[] = [];
  collectMembers([], configJsonSchema(), keys);
  return keys;
}

function collectMembers(path: readonly string[], schema: KeySchema, keys: ConfigKey[]): void {
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    collect([...path, name], member, keys);
  }
  if (schema.items !== undefined) collect([...path, '*'], schema.items, keys);
  for (const form of schema.anyOf ?? []) collectMembers(path, form, keys);
}

function collect(path: readonly string[], schema: KeySchema, keys: ConfigKey[]): void {
  keys.push({ path, schema });
  collectMembers(path, schema, keys);
}
