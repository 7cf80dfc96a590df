import { it } from 'node:test';
import { checkInvariants } from './support/check-invariants.ts';
import { mutate, randomNumbers } from './support/mutate.ts';
import { recordedDocuments } from './support/recorded-documents.ts';

const DOCUMENTS = 4000;

it('parses whatever it is given, and says where it is wrong', () => {
  const sources = recordedDocuments().filter(({ length }) => length < 3000);
  const random = randomNumbers(1);
  for (let i = 0; i < DOCUMENTS; i++) {
    const source = mutate(sources[random(sources.length)] ?? '', random);
    try {
      checkInvariants(source);
    } catch (error) {
      throw new Error(`failed for ${JSON.stringify(source)}`, { cause: error });
    }
  }
});
