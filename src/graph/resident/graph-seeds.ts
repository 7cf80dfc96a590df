import { randomInteger } from './random-integer.ts';

/** The secrets of a graph's hashes, which hold for as long as it does. */
export interface GraphSeeds {
  readonly texts: readonly [number, number];
  readonly vertices: number;
  readonly edges: number;
}

export function createSeeds(): GraphSeeds {
  return { texts: [randomInteger(), randomInteger()], vertices: randomInteger(), edges: randomInteger() };
}
