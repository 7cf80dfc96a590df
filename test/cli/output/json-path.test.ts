import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json } from '../../../src/cli/output/json.ts';
import { resolvePath } from '../../../src/cli/output/json-path.ts';

const DOCUMENT: Json = {
  name: { first: 'Tom', last: 'Anderson' },
  age: 37,
  children: ['Sara', 'Alex', 'Jack'],
  'fav.movie': 'Deer Hunter',
  friends: [
    { first: 'Dale', last: 'Murphy', age: 44, nets: ['ig', 'fb', 'tw'], active: true },
    { first: 'Roger', last: 'Craig', age: 68, nets: ['fb', 'tw'], active: false },
    { first: 'Jane', last: 'Murphy', age: 47, nets: ['ig', 'tw'] },
  ],
  nested: '{"a":1}',
};

describe('JSON path', () => {
  const paths: readonly [path: string, result: Json | undefined][] = [
    ['', DOCUMENT],
    ['name.last', 'Anderson'],
    ['name|last', 'Anderson'],
    ['children', ['Sara', 'Alex', 'Jack']],
    ['children.#', 3],
    ['children.1', 'Alex'],
    ['children.7', undefined],
    ['children.x', undefined],
    ['child*.2', 'Jack'],
    ['c?ildren.0', 'Sara'],
    ['fav\\.movie', 'Deer Hunter'],
    ['fav.movie', undefined],
    ['nope', undefined],
    ['name.first.x', undefined],
    ['age.#', undefined],
    ['friends.#.first', ['Dale', 'Roger', 'Jane']],
    ['friends.#.active', [true, false]],
    ['friends.#.nets.#', [3, 2, 2]],
    ['friends.#.nope', []],
    ['friends.1.last', 'Craig'],
    ['friends.#(last=="Murphy").first', 'Dale'],
    ['friends.#(last=="Murphy")#.first', ['Dale', 'Jane']],
    ['friends.#(last=="Murphy")#|#', 2],
    ['friends.#(last=="Murphy")#|0.first', 'Dale'],
    ['friends.#(last==Murphy)#.first', ['Dale', 'Jane']],
    ['friends.#(last!="Murphy")#.first', ['Roger']],
    ['friends.#(last=="Nobody")', undefined],
    ['friends.#(last=="Nobody")#', []],
    ['friends.#(age>45)#.last', ['Craig', 'Murphy']],
    ['friends.#(age>=47)#|#', 2],
    ['friends.#(age<45).first', 'Dale'],
    ['friends.#(active==true)#.first', ['Dale']],
    ['friends.#(active)#.first', ['Dale', 'Roger']],
    ['friends.#(first%"D*").last', 'Murphy'],
    ['friends.#(first!%"D*")#.first', ['Roger', 'Jane']],
    ['friends.#(nets.#(=="fb"))#.first', ['Dale', 'Roger']],
    ['children.#(!="Alex")#', ['Sara', 'Jack']],
    ['children|@reverse', ['Jack', 'Alex', 'Sara']],
    ['children.@reverse.0', 'Jack'],
    ['name.@keys', ['first', 'last']],
    ['name.@values', ['Tom', 'Anderson']],
    ['friends.#.nets|@flatten|#', 7],
    ['friends|@join.first', 'Jane'],
    ['nested.@fromstr.a', 1],
    ['name.@tostr', '{"first":"Tom","last":"Anderson"}'],
    ['@this.age', 37],
    ['@nope', undefined],
    ['[name.first,age,nope]', ['Tom', 37]],
    ['{name.first,age,"who":name.last}', { first: 'Tom', age: 37, who: 'Anderson' }],
    ['friends.#.{first,age}|0', { first: 'Dale', age: 44 }],
  ];
  for (const [path, result] of paths)
    test(path || '(empty)', () => assert.deepEqual(resolvePath(DOCUMENT, path), result));
});
