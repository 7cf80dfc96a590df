import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAccessRequest, parseAccessRequests, parsePolicy, parseRole } from '../../src/policy/documents.ts';
import { formatJson, formatPolicy, formatRole } from '../../src/policy/format-json.ts';
import { InvalidPolicyError } from '../../src/policy/policy-error.ts';
import { withMembers, withoutMember } from '../../src/policy/role.ts';

describe('a policy document', () => {
  const accepted = [
    {
      why: 'keys in any case, and in letters that fold to them',
      body: '{"ID":"x","\u017fubject\u017f":["s"],"EFFECT":"deny"}',
      text: '{"id":"x","description":"","subjects":["s"],"resources":null,"actions":null,"effect":"deny","conditions":null}',
    },
    {
      why: 'the last of repeated keys, but for a null',
      body: '{"id":"x","id":"y","ID":null,"effect":"deny","Effect":"allow","actions":["a"],"actions":null}',
      text: '{"id":"y","description":"","subjects":null,"resources":null,"actions":null,"effect":"allow","conditions":null}',
    },
    {
      why: 'nulls in lists, empty lists and conditions, and what follows',
      body: '\n {"id":"x","effect":"allow","subjects":[null,""],"actions":[],"conditions":{}} }{',
      text: '{"id":"x","description":"","subjects":["",""],"resources":null,"actions":[],"effect":"allow","conditions":{}}',
    },
    {
      why: 'unknown keys of every kind',
      body: '{"a":{"b":[1,{}]},"c":-1.5e3,"id":"x","d":true,"e":null,"effect":"allow"}',
      text: '{"id":"x","description":"","subjects":null,"resources":null,"actions":null,"effect":"allow","conditions":null}',
    },
    {
      why: 'numbers as floating point, keys in the order of their bytes',
      body: '{"id":"x","effect":"allow","conditions":{"\u{1f600}":1.0,"\uffee":1e3,"__proto__":{"10":-0,"9":12345678901234567890}}}',
      text: '{"id":"x","description":"","subjects":null,"resources":null,"actions":null,"effect":"allow","conditions":{"__proto__":{"10":-0,"9":12345678901234567000},"\uffee":1000,"\u{1f600}":1}}',
    },
    {
      why: 'escapes',
      body: '{"id":"\\u0041\\n\\ud83d\\ude00\\ud800","description":"<&>\u2028","effect":"allow"}',
      text: '{"id":"A\\n\u{1f600}\ufffd","description":"\\u003c\\u0026\\u003e\\u2028","subjects":null,"resources":null,"actions":null,"effect":"allow","conditions":null}',
    },
  ];
  for (const { why, body, text } of accepted) {
    it(`takes ${why}`, () => {
      assert.equal(formatPolicy(parsePolicy(body)), text);
      assert.equal(formatPolicy(parsePolicy(Buffer.from(body))), text);
      assert.equal(formatPolicy(parsePolicy(text)), text);
    });
  }

  const refused = [
    { body: '', message: 'the JSON ends too early' },
    { body: ' \n', message: 'the JSON ends too early' },
    { body: '{', message: 'the JSON ends too early' },
    { body: '{"id":"x', message: 'the JSON ends too early' },
    { body: '{"id":"x\\"}', message: 'the JSON ends too early' },
    { body: '{"id":"x",}', message: 'unexpected "}" at character 10 of the JSON' },
    { body: "{'id':1}", message: 'unexpected "\'" at character 1 of the JSON' },
    { body: 'nope', message: 'unexpected "n" at character 0 of the JSON' },
    { body: '\ufeff{}', message: 'unexpected "\ufeff" at character 0 of the JSON' },
    { body: '{"id":"\n"}', message: 'invalid string at character 6 of the JSON' },
    { body: '{"id":"\\x"}', message: 'invalid string at character 6 of the JSON' },
    { body: '{"no":01}', message: 'unexpected "1" at character 7 of the JSON' },
    { body: '[]', message: 'the body is no JSON object' },
    { body: '"x"', message: 'the body is no JSON object' },
    { body: 'null', message: 'invalid policy effect , only allow and deny are supported' },
    { body: '{"effect":"Allow"}', message: 'invalid policy effect Allow, only allow and deny are supported' },
    { body: '{"id":5}', message: '"id" must be a string' },
    { body: '{"subjects":"s"}', message: '"subjects" must be an array of strings' },
    { body: '{"actions":["a",1]}', message: 'an element of "actions" must be a string' },
    { body: '{"conditions":[]}', message: '"conditions" must be an object' },
    { body: '{"conditions":{"k":1e999}}', message: 'the number 1e999 is too large' },
    {
      body: `{"effect":"allow","conditions":${'{"k":'.repeat(100_000)}`,
      message: 'the JSON nests deeper than 1000 levels',
    },
    { body: '['.repeat(1_000_000), message: 'the JSON nests deeper than 1000 levels' },
    {
      body: `{"effect":"allow","resources":["r","<${'a'.repeat(1 << 20)}>"]}`,
      message: 'a pattern of "resources" has 1048578 characters, the most are 65536',
    },
  ];
  for (const { body, message } of refused) {
    it(`is refused: ${JSON.stringify(body.slice(0, 60))}`, () => {
      assert.throws(() => parsePolicy(body), new InvalidPolicyError(message));
    });
  }

  it('gets a random id when it has none', () => {
    const [first, second] = ['{"effect":"allow"}', '{"id":"","effect":"allow"}'].map((body) => parsePolicy(body).id);
    assert.match(first ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(first, second);
  });

  it('may have 10,000 subjects, and nest a thousand levels', () => {
    const subjects = Array.from({ length: 10_000 }, (_, at) => `user:${at}`);
    const conditions = `{"k":${'['.repeat(997)}${']'.repeat(997)}}`;
    const body = `{"effect":"allow","subjects":${JSON.stringify(subjects)},"conditions":${conditions}}`;
    const policy = parsePolicy(body);
    assert.deepEqual(policy.subjects, subjects);
    assert.equal(formatJson(policy.conditions ?? {}), conditions);
  });

  it('keeps an id of any bytes, those that are no UTF-8 as U+FFFD', () => {
    const printable = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const { id } = parsePolicy(JSON.stringify({ id: printable, effect: 'allow' }));
    assert.equal(id, printable);
    const raw = Buffer.concat([Buffer.from('{"effect":"allow","id":"a'), Buffer.from([0xff]), Buffer.from('b"}')]);
    assert.equal(parsePolicy(raw).id, 'a\ufffdb');
  });

  it('is the same after it was written and read', () => {
    const document = fc.record({
      id: fc.string({ minLength: 1 }),
      description: fc.string({ unit: 'grapheme' }),
      subjects: fc.option(fc.array(fc.string())),
      effect: fc.constantFrom('allow', 'deny'),
      conditions: fc.option(fc.dictionary(fc.string(), fc.jsonValue())),
    });
    fc.assert(
      fc.property(document, (written) => {
        const policy = parsePolicy(JSON.stringify(written));
        assert.deepEqual(JSON.parse(formatPolicy(policy)), { resources: null, actions: null, ...jsonOf(written) });
        assert.deepEqual(parsePolicy(formatPolicy(policy)), policy);
      }),
    );
  });
});

describe('a question', () => {
  it('may leave everything out', () => {
    const nothing = { subject: '', resource: '', action: '', context: undefined };
    for (const body of ['{}', 'null', '{"context":null,"subject":null}']) {
      assert.deepEqual(parseAccessRequest(body), nothing);
    }
  });

  const refused = [
    { body: '{"subject":"s","foo":1}', message: 'unknown key "foo"' },
    { body: '{"subject":1}', message: '"subject" must be a string' },
    { body: '{"context":"x"}', message: '"context" must be an object' },
    { body: '', message: 'the JSON ends too early' },
  ];
  for (const { body, message } of refused) {
    it(`is refused: ${JSON.stringify(body)}`, () => {
      assert.throws(() => parseAccessRequest(body), new InvalidPolicyError(message));
    });
  }
});

describe('a batch of questions', () => {
  it('holds any number of them', () => {
    const nothing = { subject: '', resource: '', action: '', context: undefined };
    assert.deepEqual(parseAccessRequests('{}'), []);
    assert.deepEqual(parseAccessRequests('{"requests":[]}'), []);
    assert.deepEqual(parseAccessRequests('{"requests":[{}, {"subject":"s"}]} '), [
      nothing,
      { ...nothing, subject: 's' },
    ]);
  });

  const refused = [
    { body: 'null', message: 'the body is no JSON object' },
    { body: '[]', message: 'the body is no JSON object' },
    { body: '{"Requests":[]}', message: 'unknown key "Requests"' },
    { body: '{"requests":{}}', message: '"requests" must be an array' },
    { body: '{"requests":[{},null]}', message: 'requests[1]: it is no JSON object' },
    { body: '{"requests":[{},{"foo":1}]}', message: 'requests[1]: unknown key "foo"' },
    { body: '{"requests":[{"subject":1}]}', message: 'requests[0]: "subject" must be a string' },
    { body: '{"requests":[{}', message: 'the JSON ends too early' },
  ];
  for (const { body, message } of refused) {
    it(`is refused: ${body}`, () => {
      assert.throws(() => parseAccessRequests(body), new InvalidPolicyError(message));
    });
  }
});

describe('the members of a role', () => {
  const role = parseRole('{"id":"r","description":"d","members":["a","b","a"]}');

  it('are added once, in the order of their first occurrence', () => {
    assert.equal(
      formatRole(withMembers(role, ['c', 'a', 'c'])),
      '{"id":"r","description":"d","members":["a","b","c"]}',
    );
    assert.equal(formatRole(withMembers(role, [])), '{"id":"r","description":"d","members":["a","b"]}');
    assert.equal(formatRole(withMembers(parseRole('{"id":"r"}'), [])), '{"id":"r","description":"","members":null}');
  });

  it('are removed wherever they stand', () => {
    assert.equal(formatRole(withoutMember(role, 'a')), '{"id":"r","description":"d","members":["b"]}');
    assert.equal(formatRole(withoutMember(parseRole('{"id":"r"}'), 'a')), '{"id":"r","description":"","members":[]}');
  });
});

describe('indented JSON', () => {
  it('has a line for each item, and none for what is empty', () => {
    const value = { b: ['<', 1, {}], a: { c: null, d: [] } };
    assert.equal(
      formatJson(value, '\t'),
      '{\n\t"a": {\n\t\t"c": null,\n\t\t"d": []\n\t},\n\t"b": [\n\t\t"\\u003c",\n\t\t1,\n\t\t{}\n\t]\n}',
    );
  });
});

/** Numbers as they come back from JSON. */
function jsonOf(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
