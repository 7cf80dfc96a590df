import type { RelationTuple, TupleDelta } from '../../tuple/relation-tuple.ts';

/** A change with all its tags, lengths and its action has fewer bytes beside its strings. */
const MAX_BYTES_BESIDE_STRINGS = 64;
/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const MAX_BYTES_PER_UNIT = 3;

/** The numbers of fields with their wire types, from proto/stheno/v1 and proto/ory/keto; all but the action have a length. */
const CHANGES = 0x0a;
const ACTION = 0x08;
const TUPLE = 0x12;
const [NAMESPACE, OBJECT, RELATION, SUBJECT] = [0x0a, 0x12, 0x1a, 0x22] as const;
const [SUBJECT_ID, SUBJECT_SET] = [0x0a, 0x12] as const;
const ACTIONS: Readonly<Record<TupleDelta['action'], number>> = { insert: 1, delete: 2 };

/**
 * The message stheno.v1.ImportRequest in its binary form. Written by hand, since a file has millions of changes, and
 * going through message objects is most of what reading and sending one costs.
 */
export function encodeChanges(deltas: readonly TupleDelta[]): Buffer {
  let maxBytes = 0;
  for (const { tuple } of deltas) maxBytes += MAX_BYTES_BESIDE_STRINGS + MAX_BYTES_PER_UNIT * unitsOf(tuple);
  const writer = new BackwardWriter(maxBytes);
  for (let index = deltas.length - 1; index >= 0; index--) {
    const { action, tuple } = deltas[index] as TupleDelta; // within the bounds
    const end = writer.at;
    writeTuple(writer, tuple);
    writer.head(TUPLE, end);
    writer.byte(ACTIONS[action]);
    writer.byte(ACTION);
    writer.head(CHANGES, end);
  }
  return writer.written;
}

/** How long the strings of a tuple are, in UTF-16 units. */
export function unitsOf({ namespace, object, relation, subject }: RelationTuple): number {
  const own = namespace.length + object.length + relation.length;
  if (subject.kind === 'id') return own + subject.id.length;
  return own + subject.namespace.length + subject.object.length + subject.relation.length;
}

function writeTuple(writer: BackwardWriter, { namespace, object, relation, subject }: RelationTuple): void {
  const end = writer.at;
  if (subject.kind === 'id') {
    writer.text(SUBJECT_ID, subject.id);
  } else {
    writeSet(writer, subject);
    writer.head(SUBJECT_SET, end);
  }
  writer.head(SUBJECT, end);
  writeSet(writer, { namespace, object, relation });
}

/** The three fields that a tuple and a subject set begin with; empty ones are left out, as protobuf does. */
function writeSet(writer: BackwardWriter, parts: { namespace: string; object: string; relation: string }): void {
  if (parts.relation !== '') writer.text(RELATION, parts.relation);
  if (parts.object !== '') writer.text(OBJECT, parts.object);
  if (parts.namespace !== '') writer.text(NAMESPACE, parts.namespace);
}

/** Writes fields from the last byte to the first, so that the length of each is known when its turn comes. */
class BackwardWriter {
  readonly #bytes: Buffer;
  /** The place of the byte that was written last. */
  at: number;

  constructor(maxBytes: number) {
    this.#bytes = Buffer.allocUnsafe(maxBytes);
    this.at = maxBytes;
  }

  get written(): Buffer {
    return this.#bytes.subarray(this.at);
  }

  byte(value: number): void {
    this.#bytes[--this.at] = value;
  }

  text(tag: number, text: string): void {
    const end = this.at;
    this.#utf8(text);
    this.head(tag, end);
  }

  /** The tag and the length of a field that ends before `end`. */
  head(tag: number, end: number): void {
    const length = end - this.at;
    let rest = length;
    let bytes = 1;
    while (rest > 0x7f) {
      rest >>>= 7;
      bytes++;
    }
    this.at -= bytes;
    rest = length;
    for (let place = this.at; place < this.at + bytes - 1; place++) {
      this.#bytes[place] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.at + bytes - 1] = rest;
    this.byte(tag);
  }

  /** Most strings are short and ASCII: a loop over them is quicker than a call out of the language. */
  #utf8(text: string): void {
    const bytes = this.#bytes;
    const end = this.at;
    const start = end - text.length;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) {
        this.at = end - Buffer.byteLength(text);
        bytes.write(text, this.at);
        return;
      }
      bytes[start + index] = unit;
    }
    this.at = start;
  }
}
