import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  BatchCheckResponseSchema,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { isExpectedAnswer } from '../../bench/load/expected-answer.ts';

const snaptoken = 'a-snaptoken';
const allowed = { allowed: true, snaptoken };
const denied = { allowed: false, snaptoken };
const failed = { allowed: false, error: 'no such namespace', snaptoken };
const long = { allowed: true, snaptoken: 'x'.repeat(300) };

describe('the expected answer of a benchmark', () => {
  const single = (answer: MessageInitShape<typeof CheckResponseSchema>) => body(CheckResponseSchema, answer);
  const batch = (...results: object[]) => body(BatchCheckResponseSchema, { results });
  const cases = [
    { name: 'a check that is allowed', body: single(allowed), expected: true, is: true },
    { name: 'a check that is denied', body: single(denied), expected: false, is: true },
    { name: 'a check that is allowed and should not be', body: single(allowed), expected: false, is: false },
    { name: 'a check that is denied and should not be', body: single(denied), expected: true, is: false },
    { name: 'no message', body: Buffer.alloc(0), expected: false, is: false },
    { name: 'no message where any would do', body: Buffer.alloc(0), expected: undefined, is: false },
    { name: 'any message', body: single(denied), expected: undefined, is: true },
    { name: 'half a message', body: single(allowed).subarray(0, 9), expected: true, is: false },
    { name: 'a batch', body: batch(allowed, denied, long), expected: [true, false, true], is: true },
    { name: 'a batch with one wrong answer', body: batch(allowed, denied), expected: [true, true], is: false },
    { name: 'a batch in another order', body: batch(denied, allowed), expected: [true, false], is: false },
    { name: 'a batch that is short', body: batch(allowed), expected: [true, false], is: false },
    { name: 'a batch with an error', body: batch(allowed, failed), expected: [true, false], is: false },
  ];
  for (const { name, body: answer, expected, is } of cases) {
    it(`${is ? 'is' : 'is not'} ${name}`, () => assert.equal(isExpectedAnswer(answer, expected), is));
  }
});

/** The body of a gRPC answer: a prefix with the length, and the message. */
function body<Schema extends DescMessage>(schema: Schema, message: MessageInitShape<Schema>): Buffer {
  const bytes = toBinary(schema, create(schema, message));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}
