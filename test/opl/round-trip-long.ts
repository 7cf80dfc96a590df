// The long form of print.test.ts: node --import tsx test/opl/round-trip-long.ts [documents] [seed]
import fc from 'fast-check';
import { parseOpl } from '../../src/opl/parse.ts';
import { arbitraryModel } from './support/arbitrary-model.ts';
import { assertRoundTrip } from './support/assert-round-trip.ts';
import { mutate, randomNumbers } from './support/mutate.ts';
import { recordedDocuments } from './support/recorded-documents.ts';

// Half of the documents are printed from generated models, half are mutated ones that are still valid.
const documents = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const generated = Math.ceil(documents / 2);
fc.assert(fc.property(arbitraryModel, assertRoundTrip), { numRuns: generated, seed });

const sources = recordedDocuments().filter(({ length }) => length < 3000);
const random = randomNumbers(seed);
let mutated = 0;
let tried = 0;
while (mutated < documents - generated) {
  tried++;
  const { namespaces, warnings } = parseOpl(mutate(sources[random(sources.length)] ?? '', random));
  // Of names that are declared twice one is dropped, so the text cannot come back.
  if (namespaces.length === 0 || warnings.some(({ message }) => message.includes('was already declared'))) continue;
  assertRoundTrip(namespaces);
  mutated++;
}
console.log(`seed ${seed}: ${generated} generated and ${mutated} mutated documents (of ${tried}), no failure`);
