import { isUtf8 } from 'node:buffer';
import { setField } from './fast-decode.ts';
import type { MessagePlan, MessageRecord, PlannedField } from './message-plan.ts';

/** How deep values may be nested; beyond it the complete codec decides. */
const MAX_DEPTH = 32;

/**
 * Reads the JSON form of a message as clients send it: each field known, set once under its JSON name, not null, and
 * without an escape in the text.
 * @returns undefined for any other form, valid or not, which is left to the complete codec
 */
export function fastJsonDecode(plan: MessagePlan, bytes: Buffer): MessageRecord | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  const written = countMembers(text);
  if (written === undefined) return undefined;
  const reader = new Reader();
  const message = reader.message(plan, parse(text));
  // The parser keeps one of members that are named twice.
  return reader.members === written ? message : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const QUOTE = 0x22;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** How many members all objects of a JSON text have together; undefined with an escape in it, and for towers, which the parser is slow at. */
function countMembers(text: string): number | undefined {
  // Without escapes a string ends at the next quote, and it holds no half of a surrogate pair.
  if (text.includes('\\')) return undefined;
  let members = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = text.indexOf('"', index + 1);
        if (index < 0) return undefined;
        break;
      case COLON:
        members++;
        break;
      case OPENING_BRACE:
      case OPENING_BRACKET:
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        depth--;
    }
  }
  return members;
}

class Reader {
  /** Those that were read so far. */
  members = 0;

  message(plan: MessagePlan, value: unknown): MessageRecord | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const message = plan.create();
    for (const name of Object.keys(value)) {
      const field = plan.byJsonName.get(name);
      if (field === undefined) return undefined;
      this.members++;
      const part = (value as Record<string, unknown>)[name];
      if (!(field.isList ? this.#list(message, field, part) : this.#single(message, field, part))) return undefined;
    }
    return message;
  }

  #list(message: MessageRecord, field: PlannedField, values: unknown): boolean {
    return Array.isArray(values) && values.every((value) => this.#single(message, field, value));
  }

  #single(message: MessageRecord, field: PlannedField, json: unknown): boolean {
    const value = this.#value(field, json);
    return value !== undefined && setField(message, field, value);
  }

  #value({ kind, message }: PlannedField, json: unknown): unknown {
    switch (kind) {
      case 'string':
        return typeof json === 'string' ? json : undefined;
      case 'bool':
        return typeof json === 'boolean' ? json : undefined;
      case 'int':
        return Number.isInteger(json) && (json as number) >= 0 && (json as number) <= 0x7fff_ffff ? json : undefined;
      case 'message':
        return this.message(message as MessagePlan, json); // messages have one
      case 'bytes':
      case 'enum':
        return undefined;
    }
  }
}
