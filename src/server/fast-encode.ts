import type { Message } from '@bufbuild/protobuf';
import type { MessagePlan, MessageRecord, PlannedField } from './message-plan.ts';

/** The largest message that is written the fast way. */
const SCRATCH_BYTES = 64 * 1024;
/** What a varint of 31 bits takes, and the tag before it. */
const HEAD_BYTES = 6;

const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/**
 * Writes a message behind `headroom` bytes that are left to the caller.
 * @returns undefined if the message is too large, or holds what has no plan: it is left to the complete codec
 */
export function fastEncode(plan: MessagePlan, message: Message, headroom: number): Buffer | undefined {
  const start = write(plan, message, SCRATCH_BYTES);
  if (start < 0) return undefined;
  const encoded = Buffer.allocUnsafe(headroom + SCRATCH_BYTES - start);
  scratch.copy(encoded, headroom, start);
  return encoded;
}

/** Stands for a message that is not written. */
const GIVEN_UP = -1;

/**
 * Writes from the last byte to the first, so that the length of a part is known when its turn comes.
 * @param end the place behind the message
 * @returns the place of its first byte
 */
function write(plan: MessagePlan, message: MessageRecord, end: number): number {
  if (message.$unknown !== undefined) return GIVEN_UP;
  let at = end;
  for (let index = plan.fields.length - 1; index >= 0 && at >= 0; index--) {
    const field = plan.fields[index] as PlannedField; // within the bounds
    const value = fieldValue(field, message);
    if (value === undefined) continue;
    if (!field.isList) {
      at = writeField(field, value, at);
      continue;
    }
    const items = value as readonly unknown[]; // of a list field
    for (let item = items.length - 1; item >= 0 && at >= 0; item--) at = writeField(field, items[item], at);
  }
  return at;
}

/** What is to be written of a field; undefined if it is not set. */
export function fieldValue({ kind, isList, name, oneof, hasPresence }: PlannedField, message: MessageRecord): unknown {
  if (oneof !== undefined) {
    const chosen = message[oneof] as { case: string | undefined; value?: unknown }; // what protobuf-es makes of oneofs
    return chosen.case === name ? chosen.value : undefined;
  }
  if (hasPresence) return kind === 'message' || Object.hasOwn(message, name) ? message[name] : undefined;
  const value = message[name];
  if (isList) return value;
  const isZero = kind === 'bytes' ? (value as Uint8Array).byteLength === 0 : !value;
  return isZero ? undefined : value;
}

function writeField({ tag, kind, message }: PlannedField, value: unknown, end: number): number {
  if (end < HEAD_BYTES) return GIVEN_UP;
  let at = end;
  switch (kind) {
    case 'int':
    case 'enum':
      if (!(Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x7fff_ffff)) return GIVEN_UP;
      at = writeVarint(value as number, at);
      break;
    case 'bool':
      at = writeVarint(value ? 1 : 0, at);
      break;
    case 'message':
      at = write(message as MessagePlan, value as MessageRecord, at); // messages have one
      break;
    case 'bytes':
      at = writeBytes(value as Uint8Array, at);
      break;
    case 'string':
      at = writeText(value as string, at);
      break;
  }
  if (at < HEAD_BYTES) return GIVEN_UP;
  if (kind === 'message' || kind === 'bytes' || kind === 'string') at = writeVarint(end - at, at);
  scratch[--at] = tag;
  return at;
}

function writeVarint(value: number, end: number): number {
  let length = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length++;
  const start = end - length;
  let rest = value;
  for (let at = start; at < end - 1; at++) {
    scratch[at] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[end - 1] = rest;
  return start;
}

function writeBytes(bytes: Uint8Array, end: number): number {
  const start = end - bytes.byteLength;
  if (start >= 0) scratch.set(bytes, start);
  return start;
}

function writeText(text: string, end: number): number {
  const start = end - Buffer.byteLength(text);
  if (start >= 0) scratch.write(text, start);
  return start;
}
