import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  create,
  type DescMessage,
  equals,
  fromBinary,
  fromJson,
  type JsonValue,
  type Message,
  toBinary,
  toJson,
  toJsonString,
} from '@bufbuild/protobuf';
import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { HealthListResponseSchema } from '#gen/grpc/health/v1/health_pb.js';
import { CheckRequestSchema as SyntaxRequestSchema } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import {
  BatchCheckRequestSchema,
  BatchCheckResponseSchema,
  CheckRequestSchema,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { ExpandResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import {
  DeleteRelationTuplesRequestSchema,
  TransactRelationTuplesRequestSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { fastDecode } from '../../src/server/fast-decode.ts';
import { fastEncode } from '../../src/server/fast-encode.ts';
import { fastJsonDecode } from '../../src/server/fast-json-decode.ts';
import { fastJsonEncode } from '../../src/server/fast-json-encode.ts';
import { type MessagePlan, planMessage } from '../../src/server/message-plan.ts';
import { parseStrictJson } from '../../src/server/strict-json.ts';

const plan = (desc: DescMessage): MessagePlan => planMessage(desc) ?? assert.fail(`${desc.typeName} has no plan`);

const text = fc.oneof(fc.constant(''), fc.string({ unit: 'binary' }), fc.string({ minLength: 120, maxLength: 300 }));
const int = fc.oneof(fc.constant(0), fc.nat(), fc.constantFrom(127, 128, 16_383, 16_384, 2_097_152, 2_147_483_647));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const set = fc.record({ namespace: text, object: text, relation: text });
const subject = fc.record({
  ref: fc.oneof(
    fc.constant({ case: undefined }),
    fc.record({ case: fc.constant('id' as const), value: text }),
    fc.record({ case: fc.constant('set' as const), value: set }),
  ),
});
const tuple = fc.record({ namespace: text, object: text, relation: text, subject: optional(subject) });
const query = fc.record({ namespace: optional(text), object: optional(text), subject: optional(subject) });
const { tree } = fc.letrec<{ tree: object }>((tie) => ({
  tree: fc.record({
    nodeType: fc.constantFrom(0, 1, 2, 3, 4),
    tuple: optional(tuple),
    children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 2 })),
  }),
}));

const TYPES: readonly { readonly desc: DescMessage; readonly init: fc.Arbitrary<object> }[] = [
  {
    desc: CheckRequestSchema,
    init: fc.record({
      tuple: optional(tuple),
      maxDepth: int,
      latest: fc.boolean(),
      snaptoken: text,
      subject: optional(subject),
    }),
  },
  { desc: CheckResponseSchema, init: fc.record({ allowed: fc.boolean(), snaptoken: text }) },
  { desc: BatchCheckRequestSchema, init: fc.record({ tuples: fc.array(tuple), maxDepth: int }) },
  {
    desc: BatchCheckResponseSchema,
    init: fc.record({ results: fc.array(fc.record({ allowed: fc.boolean(), error: text })) }),
  },
  { desc: ExpandResponseSchema, init: fc.record({ tree: optional(tree) }) },
  {
    desc: TransactRelationTuplesRequestSchema,
    init: fc.record({
      relationTupleDeltas: fc.array(
        fc.record({ action: fc.constantFrom(0, 1, 2, 99), relationTuple: optional(tuple) }),
      ),
    }),
  },
  { desc: DeleteRelationTuplesRequestSchema, init: fc.record({ relationQuery: optional(query) }) },
  { desc: SyntaxRequestSchema, init: fc.record({ content: fc.uint8Array() }) },
];

/** A text that may be JSON, given a value that is a message's: clients get much wrong. */
const mutatedJson = (init: fc.Arbitrary<object>, desc: DescMessage): fc.Arbitrary<string> => {
  const names = [
    ...desc.fields.flatMap(({ name, jsonName }) => [name, jsonName]),
    'set',
    'id',
    'object',
    '__proto__',
    '',
  ];
  const member = fc
    .tuple(
      fc.constantFrom(...names),
      fc.oneof(fc.json({ maxDepth: 1 }), fc.constantFrom('null', '"x"', '0', '[]', '{}')),
    )
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  const message = init.map((value) => toJsonString(desc, create(desc, value as never)));
  return fc.oneof(
    fc.tuple(message, fc.array(member)).map(([text, members]) => {
      const inside = [text.slice(1, -1), ...members].filter((part) => part !== '');
      return `{${inside.join(',')}}`;
    }),
    // Members somewhere inside, where a brace opens.
    fc.tuple(message, member, fc.nat()).map(([text, extra, at]) => {
      const pieces = text.split('{');
      return pieces.map((piece, index) => (index === at % pieces.length ? `${extra},${piece}` : piece)).join('{');
    }),
    fc.tuple(message, fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })).map(([text, at, piece]) => {
      const index = at % text.length;
      return text.slice(0, index) + piece + text.slice(index + 1);
    }),
  );
};

for (const { desc, init } of TYPES) {
  describe(`the fast JSON codec of ${desc.typeName}`, () => {
    const complete = (bytes: Buffer): Message | undefined => {
      try {
        return fromJson(desc, parseStrictJson(bytes), { ignoreUnknownFields: true });
      } catch {
        return undefined;
      }
    };

    it('writes the same text as the complete one', () => {
      fc.assert(
        fc.property(init, (value) => {
          const message = create(desc, value as never);
          const text = fastJsonEncode(plan(desc), message);
          if (text !== undefined) assert.equal(text, toJsonString(desc, message));
        }),
      );
    });

    it('reads nothing that the complete one refuses or reads otherwise', () => {
      const texts = fc.oneof(
        init.map((value) => toJsonString(desc, create(desc, value as never))),
        mutatedJson(init, desc),
      );
      fc.assert(
        fc.property(texts, (text) => {
          const bytes = Buffer.from(text);
          const decoded = fastJsonDecode(plan(desc), bytes);
          if (decoded === undefined) return;
          const expected = complete(bytes) ?? assert.fail('it is refused');
          assert.ok(equals(desc, decoded, expected), text);
          assert.deepEqual(toJson(desc, decoded), toJson(desc, expected));
        }),
        { numRuns: 1000 },
      );
    });
  });

  describe(`the fast codec of ${desc.typeName}`, () => {
    const plain = (message: Message): unknown => JSON.parse(JSON.stringify(message));

    it('writes the same bytes as the complete one', () => {
      fc.assert(
        fc.property(init, fc.nat({ max: 5 }), (value, headroom) => {
          const message = create(desc, value as never);
          const encoded = fastEncode(plan(desc), message, headroom);
          if (encoded !== undefined) assert.deepEqual([...encoded.subarray(headroom)], [...toBinary(desc, message)]);
        }),
      );
    });

    it('reads the same message as the complete one', () => {
      fc.assert(
        fc.property(init, (value) => {
          const bytes = Buffer.from(toBinary(desc, create(desc, value as never)));
          const decoded = fastDecode(plan(desc), bytes);
          if (decoded !== undefined) assert.deepEqual(plain(decoded), plain(fromBinary(desc, bytes)));
        }),
      );
    });

    it('reads nothing that the complete one refuses or reads otherwise', () => {
      const mutated = fc.tuple(init, fc.nat(), fc.nat({ max: 255 })).map(([value, at, byte]) => {
        const bytes = Buffer.from(toBinary(desc, create(desc, value as never)));
        if (bytes.byteLength > 0) bytes[at % bytes.byteLength] = byte;
        return bytes;
      });
      fc.assert(
        fc.property(
          fc.oneof(
            mutated,
            fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          ),
          (bytes) => {
            const decoded = fastDecode(plan(desc), bytes);
            if (decoded !== undefined) assert.deepEqual(plain(decoded), plain(fromBinary(desc, bytes)));
          },
        ),
        { numRuns: 300 },
      );
    });
  });
}

describe('the fast codec', () => {
  const request = create(CheckRequestSchema, {
    maxDepth: 5,
    tuple: { namespace: 'videos', object: '/żółw', relation: 'owner', subject: { ref: { case: 'id', value: 'ann' } } },
  });

  it('does what clients usually send', () => {
    const bytes = Buffer.from(toBinary(CheckRequestSchema, request));
    assert.deepEqual(fastDecode(plan(CheckRequestSchema), bytes), request);
    assert.deepEqual(fastEncode(plan(CheckRequestSchema), request, 0), bytes);
  });

  it('does what clients usually send as JSON', () => {
    const text = JSON.stringify(toJson(CheckRequestSchema, request));
    assert.deepEqual(fastJsonDecode(plan(CheckRequestSchema), Buffer.from(` ${text} `)), request);
    assert.equal(fastJsonEncode(plan(CheckRequestSchema), request), text);
  });

  const written: readonly { readonly text: string; readonly value?: JsonValue }[] = [
    { text: '{}', value: {} },
    { text: '{"maxDepth":5,"latest":true}', value: { maxDepth: 5, latest: true } },
    {
      text: ' { "tuple" : { } , "latest" : false , "maxDepth" : 2147483647 } ',
      value: { tuple: {}, maxDepth: 2147483647 },
    },
    { text: '{"maxDepth":0}', value: {} },
    { text: '{"maxDepth":00}' },
    { text: '{"maxDepth":1.0}' },
    { text: '{"maxDepth":1e3}' },
    { text: '{"maxDepth":}' },
    { text: '{"maxDepth":5,}' },
    { text: '{"maxDepth":5}{}' },
    { text: '{"maxDepth":5]' },
    { text: '{"latest":truely}' },
    { text: '{"snaptoken":"a' },
    { text: '{"snaptoken":"\n"}' },
    { text: '{"snaptoken"}' },
    { text: 'true' },
    { text: '' },
    { text: '[]' },
    { text: '{"maxDepth":5' },
    { text: '{"maxDepth":5,"maxDepth":5}' },
    { text: '{"tuple":{"object":"a","object":"a"}}' },
    { text: '{"tuple":{"subject":{"id":"a","set":{}}}}' },
    { text: '{"max_depth":5}' },
    { text: '{"maxDepth":"5"}' },
    { text: '{"maxDepth":-1}' },
    { text: '{"maxDepth":2147483648}' },
    { text: '{"maxDepth":null}' },
    { text: '{"latest":1}' },
    { text: '{"snaptoken":"\\u0061"}' },
    { text: '{"other":1}' },
    { text: '{"tuple":[]}' },
    { text: '['.repeat(1_000_000) },
  ];
  for (const { text, value } of written) {
    it(`${value === undefined ? 'leaves to the complete one' : 'reads'} ${text.slice(0, 50)}`, () => {
      const decoded = fastJsonDecode(plan(CheckRequestSchema), Buffer.from(text));
      assert.deepEqual(decoded && toJson<DescMessage>(CheckRequestSchema, decoded), value);
    });
  }

  it('leaves bytes that are no UTF-8 to the complete one', () => {
    const bytes = Buffer.from('{"snaptoken":"\xff"}', 'latin1');
    assert.equal(fastJsonDecode(plan(CheckRequestSchema), bytes), undefined);
  });

  it('leaves large messages to the complete one', () => {
    const large = create(CheckResponseSchema, { snaptoken: 'x'.repeat(70_000) });
    assert.equal(fastEncode(plan(CheckResponseSchema), large, 5), undefined);
  });

  it('leaves negative numbers to the complete one', () => {
    const negative = create(CheckRequestSchema, { maxDepth: -1 });
    assert.equal(fastEncode(plan(CheckRequestSchema), negative, 5), undefined);
    assert.equal(fastDecode(plan(CheckRequestSchema), Buffer.from(toBinary(CheckRequestSchema, negative))), undefined);
  });

  for (const desc of [HealthListResponseSchema, FieldMaskSchema]) {
    it(`has ${desc === FieldMaskSchema ? 'a' : 'no'} plan for ${desc.typeName}`, () => {
      assert.equal(planMessage(desc) === undefined, desc !== FieldMaskSchema);
    });
  }
});
