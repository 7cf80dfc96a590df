import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeUtf8 } from '../../src/server/rest/decode-utf8.ts';
import { firstJsonValue, firstJsonValueInTurns, JsonError } from '../../src/server/rest/first-json-value.ts';

describe('the first JSON value of a body', () => {
  const accepted: [text: string, value: unknown][] = [
    ['{}', {}],
    [' \n\t[1,{"a":[]}] trailing', [1, { a: [] }]],
    ['{"a":"}"}{"b":1}', { a: '}' }],
    ['{"a":"\\\\"}]', { a: '\\' }],
    ['{"a":"\\"}"}', { a: '"}' }],
    ['null', null],
    ['null x', null],
    ['"x\\"y" z', 'x"y'],
    ['-1.5e3 \n', -1500],
    ['{"a":1,"a":2}', { a: 2 }],
  ];
  for (const [text, value] of accepted) {
    it(`of ${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => assert.deepEqual(firstJsonValue(text), value));
  }

  const refused: [text: string, message: string][] = [
    ['', 'the body is empty'],
    [' \r\n', 'the body is empty'],
    ['{', 'the body ends in the middle of a JSON value'],
    ['[1,', 'the body ends in the middle of a JSON value'],
    ['{"a', 'the body ends in the middle of a JSON value'],
    ['{"a":"x\\"}', 'the body ends in the middle of a JSON value'],
    ['nul', 'the body is not valid JSON'],
    ['nullx', 'the body is not valid JSON'],
    ['not json', 'the body is not valid JSON'],
    ['{]', 'the body is not valid JSON'],
    ['[}', 'the body is not valid JSON'],
    ['{a:1}', 'the body is not valid JSON'],
    ['[1,]', 'the body is not valid JSON'],
    ['["\u0001"]', 'the body is not valid JSON'],
    ['01', 'the body is not valid JSON'],
    ['\ufeff{}', 'the body is not valid JSON'],
    ['}', 'the body is not valid JSON'],
  ];
  for (const [text, message] of refused) {
    it(`of ${JSON.stringify(text)} is refused`, () => {
      assert.throws(
        () => firstJsonValue(text),
        (error) => error instanceof JsonError && error.message === message,
      );
    });
  }

  it('may be nested deeply, but not without end', () => {
    assert.ok(firstJsonValue('['.repeat(9_999) + ']'.repeat(9_999)));
    assert.throws(() => firstJsonValue('['.repeat(10_000) + ']'.repeat(10_000)), /nested deeper/);
    assert.throws(() => firstJsonValue('['.repeat(1_000_000)), /nested deeper/);
  });
});

describe('the first JSON value of a long body, read in turns', () => {
  const delta = { action: 'insert', relation_tuple: { object: 'a"],[\\', subject_set: { x: [1, {}, []] } } };
  const many = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ ...delta, i }))).slice(1, -1);
  const bodies: Record<string, string> = {
    'an array': `[${many}]`,
    'an array with something behind it': ` \n[ ${many} , null ,1, "x"\t] ]}{`,
    'an empty array before much else': `[] ${many}`,
    'an array of one long text': `["${'x\\"'.repeat(100_000)}"]`,
    'one long element': `[[${many}]]`,
    'an object': `{"a":[${many}]}`,
    'a text': `"${'x'.repeat(300_000)}"`,
    'blanks alone': ' '.repeat(300_000),
    'an array without an end': `[${many}`,
    'an array that ends in a text': `[${many},"`,
    'an array that ends with a brace': `[${many}}`,
    'a comma at the end': `[${many},]`,
    'a comma at the beginning': `[,${many}]`,
    'two commas': `[${many},,${many}]`,
    'no comma': `[${many} ${many}]`,
    'a wrong literal': `[${many},nul,${many}]`,
    'crossed brackets': `[${many},[},{],${many}]`,
    'a colon': `[${many},1:2]`,
    'too many levels': `[${many},${'['.repeat(9_999)}`,
    'many levels': `[${many},${'['.repeat(300)}${']'.repeat(300)}]`,
  };
  for (const [name, text] of Object.entries(bodies)) {
    it(`is, or is refused, as that of a short one: ${name}`, async () => {
      const whole = outcome(() => firstJsonValue(text));
      assert.deepEqual(await firstJsonValueInTurns(Buffer.from(text)).then((value) => ({ value }), asOutcome), whole);
    });
  }

  it('replaces broken characters as that of a short one does', async () => {
    const parts = ['é', '\u{1f600}', '漢'].map((text) => Buffer.from(text));
    const broken = [
      ...parts,
      ...parts.map((bytes) => bytes.subarray(0, -1)),
      ...parts.map((bytes) => bytes.subarray(1)),
    ];
    const element = Buffer.concat(broken.flatMap((bytes) => [Buffer.from('"'), bytes, Buffer.from('\\\\", ')]));
    const elements = Array.from({ length: 3000 }, () => element);
    const bytes = Buffer.concat([Buffer.from('['), ...elements, Buffer.from('"\\""]')]);
    assert.deepEqual(await firstJsonValueInTurns(bytes), firstJsonValue(decodeUtf8(bytes, () => '\ufffd')));
  });

  it('leaves no array out that is cut anywhere', async () => {
    for (let shift = 0; shift < 60; shift++) {
      const text = `[${' '.repeat(shift)}${many}]`;
      assert.deepEqual(await firstJsonValueInTurns(Buffer.from(text)), JSON.parse(text), `shifted by ${shift}`);
    }
  });
});

function outcome(read: () => unknown): object {
  try {
    return { value: read() };
  } catch (error) {
    return asOutcome(error);
  }
}

function asOutcome(error: unknown): object {
  if (!(error instanceof JsonError)) throw error;
  return { refused: error.message };
}
