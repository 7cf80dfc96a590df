// The long form of fuzz.test.ts: node --import tsx test/opl/fuzz-long.ts [documents] [seed]
import { checkInvariants } from './support/check-invariants.ts';
import { mutate, randomNumbers } from './support/mutate.ts';
import { recordedDocuments } from './support/recorded-documents.ts';

const documents = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const sources = recordedDocuments().filter(({ length }) => length < 3000);
const random = randomNumbers(seed);
let failures = 0;
for (let i = 0; i < documents && failures < 10; i++) {
  const source = mutate(sources[random(sources.length)] ?? '', random);
  try {
    checkInvariants(source);
  } catch (error) {
    failures++;
    console.error(JSON.stringify(source), error);
  }
}
console.log(`seed ${seed}: ${documents} documents, ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
