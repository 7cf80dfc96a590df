import type { Question } from './window.ts';

const MESSAGE_PREFIX_BYTES = 5;
const LENGTH_DELIMITED = 2;
const TRUE_IN_FIELD_1 = Buffer.from([0x08, 0x01]);

/**
 * Whether the body of a gRPC answer is one message that says what is expected. Field 1 is `allowed` of a check and
 * `status` of a health answer, and protobuf leaves it out when it is false; a batch check repeats such messages as its
 * own field 1. A call that failed has no message.
 */
export function isExpectedAnswer(body: Buffer, expected: Question['isAllowed']): boolean {
  if (body.length < MESSAGE_PREFIX_BYTES || body.length !== MESSAGE_PREFIX_BYTES + body.readUInt32BE(1)) return false;
  const message = body.subarray(MESSAGE_PREFIX_BYTES);
  if (expected === undefined) return true;
  if (typeof expected === 'boolean') return isTrueInField1(message) === expected;
  const results = field1Of(message);
  return (
    results.length === expected.length &&
    results.every((result, index) => isTrueInField1(result) === expected[index] && !hasErrorText(result))
  );
}

function isTrueInField1(message: Buffer): boolean {
  return message.subarray(0, 2).equals(TRUE_IN_FIELD_1);
}

/** Field 2 of an item is the text of an error; it comes first or behind `allowed`. */
function hasErrorText(item: Buffer): boolean {
  return item[isTrueInField1(item) ? 2 : 0] === ((2 << 3) | LENGTH_DELIMITED);
}

/** The messages in field 1, the only field of a batch answer. */
function field1Of(message: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < message.length; ) {
    if (message[at] !== ((1 << 3) | LENGTH_DELIMITED)) return [];
    let length = 0;
    let shift = 0;
    for (at++; ; shift += 7) {
      const byte = message[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    found.push(message.subarray(at, at + length));
    at += length;
  }
  return found;
}
