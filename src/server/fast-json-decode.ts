import { isUtf8 } from 'node:buffer';
import { setField } from './fast-decode.ts';
import type { MessagePlan, MessageRecord, PlannedField } from './message-plan.ts';

/** How deep messages may be nested; beyond it the complete codec decides. */
const MAX_DEPTH = 32;
/** A backslash, and what is below a space. Without them a string is what stands between two quotes. */
const ODD_CHARACTER = /[^ -[\]-\uffff]/;

/**
 * Reads the JSON form of a message as programs send it: on one line, without escapes, each field known, set once under
 * its JSON name and not null.
 * @returns undefined for any other form, valid or not, which is left to the complete codec
 */
export function fastJsonDecode(plan: MessagePlan, bytes: Buffer): MessageRecord | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  return ODD_CHARACTER.test(text) ? undefined : new Reader(text).all(plan);
}

const MAX_INT = 0x7fff_ffff;
/** In the place of a character, behind the last one. */
const END = -1;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Reads one value after another; undefined or false stand for what is not as expected. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The message that is all of the text. */
  all(plan: MessagePlan): MessageRecord | undefined {
    const message = this.#message(plan, MAX_DEPTH);
    return this.#peek() === END ? message : undefined;
  }

  #message(plan: MessagePlan, depth: number): MessageRecord | undefined {
    if (depth === 0 || !this.#take(OPENING_BRACE)) return undefined;
    const message = plan.create();
    if (this.#take(CLOSING_BRACE)) return message;
    let seen = 0;
    do {
      const name = this.#string();
      const field = name === undefined ? undefined : plan.byJsonName.get(name);
      if (field === undefined || !this.#take(COLON)) return undefined;
      const bit = 1 << (field.tag >> 3); // numbers of fields with a plan are small
      if ((seen & bit) !== 0) return undefined;
      seen |= bit;
      if (!(field.isList ? this.#list(message, field, depth) : this.#single(message, field, depth))) return undefined;
    } while (this.#take(COMMA));
    return this.#take(CLOSING_BRACE) ? message : undefined;
  }

  #list(message: MessageRecord, field: PlannedField, depth: number): boolean {
    if (!this.#take(OPENING_BRACKET)) return false;
    if (this.#take(CLOSING_BRACKET)) return true;
    do {
      if (!this.#single(message, field, depth)) return false;
    } while (this.#take(COMMA));
    return this.#take(CLOSING_BRACKET);
  }

  #single(message: MessageRecord, field: PlannedField, depth: number): boolean {
    const value = this.#value(field, depth);
    return value !== undefined && setField(message, field, value);
  }

  #value({ kind, message }: PlannedField, depth: number): unknown {
    switch (kind) {
      case 'string':
        return this.#string();
      case 'bool':
        return this.#bool();
      case 'int':
        return this.#int();
      case 'message':
        return this.#message(message as MessagePlan, depth - 1); // messages have one
      case 'bytes':
      case 'enum':
        return undefined;
    }
  }

  #string(): string | undefined {
    if (!this.#take(QUOTE)) return undefined;
    const end = this.#text.indexOf('"', this.#at);
    if (end < 0) return undefined;
    const string = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return string;
  }

  #bool(): boolean | undefined {
    this.#peek();
    const value = this.#text.startsWith('true', this.#at);
    if (!value && !this.#text.startsWith('false', this.#at)) return undefined;
    this.#at += value ? 4 : 5;
    return value;
  }

  /** Of 31 bits and without a sign. */
  #int(): number | undefined {
    let number = this.#peek() - ZERO;
    if (!(number >= 0 && number <= 9)) return undefined;
    for (;;) {
      const digit = this.#text.charCodeAt(++this.#at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return number;
      if (number === 0) return undefined; // no number begins with a zero
      number = number * 10 + digit;
      if (number > MAX_INT) return undefined;
    }
  }

  /** Steps over a character if it comes next. */
  #take(code: number): boolean {
    if (this.#peek() !== code) return false;
    this.#at++;
    return true;
  }

  /** What comes next after spaces. */
  #peek(): number {
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at++;
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : END;
  }
}
