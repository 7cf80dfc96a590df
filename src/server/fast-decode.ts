import type { MessagePlan, MessageRecord, PlannedField } from './message-plan.ts';

/** Stands for what cannot be a length or a number: the end of the bytes, or a varint of more than 31 bits. */
const NONE = -1;
/** What a decoder puts in the place of bytes that are no UTF-8; it may also be there by right. */
const REPLACEMENT = '\ufffd';

/** How deep messages may be nested; beyond it the complete codec decides. */
const MAX_DEPTH = 32;

/**
 * Reads a message in the form that clients send: each field known, set once and of its type.
 * @returns undefined for any other form, valid or not, which is left to the complete codec
 */
export function fastDecode(plan: MessagePlan, bytes: Buffer): MessageRecord | undefined {
  return new Reader(bytes).message(plan, bytes.byteLength, MAX_DEPTH);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  message(plan: MessagePlan, end: number, depth: number): MessageRecord | undefined {
    if (depth === 0) return undefined;
    const message = plan.create();
    while (this.#at < end) {
      const field = plan.byTag[this.#bytes[this.#at++] as number]; // it is before the end
      if (field === undefined) return undefined;
      const value = this.#value(field, end, depth);
      if (value === undefined || !setField(message, field, value)) return undefined;
    }
    return this.#at === end ? message : undefined;
  }

  #value({ kind, message }: PlannedField, end: number, depth: number): unknown {
    const number = this.#varint();
    if (number === NONE) return undefined;
    if (kind === 'int' || kind === 'enum') return number;
    if (kind === 'bool') return number !== 0;
    const start = this.#at;
    const stop = start + number;
    if (stop > end) return undefined;
    if (kind === 'message') return this.message(message as MessagePlan, stop, depth - 1); // messages have one
    this.#at = stop;
    if (kind === 'bytes') return this.#bytes.subarray(start, stop);
    const text = this.#bytes.toString('utf8', start, stop);
    return text.includes(REPLACEMENT) ? undefined : text;
  }

  #varint(): number {
    let number = 0;
    for (let shift = 0; shift < 31; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) return NONE;
      number |= (byte & 0x7f) << shift;
      // Bits beyond the 31st make the number negative, or are lost with the sign; both are not ours.
      if (byte < 0x80) return number < 0 || (shift === 28 && byte > 7) ? NONE : number;
    }
    return NONE;
  }
}

/** Sets a field, or adds to a list. False if it is set already in a way that would have to be merged. */
export function setField(message: MessageRecord, field: PlannedField, value: unknown): boolean {
  const { name, oneof } = field;
  if (field.isList) {
    (message[name] as unknown[]).push(value); // lists are there from the start
    return true;
  }
  if (oneof !== undefined) {
    if ((message[oneof] as { case: string | undefined }).case !== undefined) return false; // oneofs are there from the start
    message[oneof] = { case: name, value };
    return true;
  }
  if (field.kind === 'message' && message[name] !== undefined) return false;
  message[name] = value;
  return true;
}
