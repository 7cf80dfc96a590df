import type { RelationTuple } from './relation-tuple.ts';

/** A checksum of a set of tuples: 128 bits in four lanes. The empty set's lanes are zero. */
export const CHECKSUM_LANES = 4;

/**
 * Adds a tuple to the checksum of a set of tuples, or takes it out of it. The checksum is the
 * sum of the tuples' hashes, each lane modulo 2^32: the order of additions does not matter,
 * and equal sets have equal checksums. Strings are taken as they are, unit by unit: give the
 * tuple as it is stored, without lone surrogates. It finds accidents, not attackers: whoever
 * can choose tuples freely can make two sets with the same checksum.
 */
export function addTupleChecksum(lanes: Uint32Array, tuple: RelationTuple, sign: 1 | -1): void {
  const { subject } = tuple;
  state.set(SEEDS);
  absorb(tuple.namespace);
  absorb(tuple.object);
  absorb(tuple.relation);
  if (subject.kind === 'id') {
    absorb(subject.id);
  } else {
    // Three further parts instead of one; the number of rounds tells the two kinds apart.
    absorb(subject.namespace);
    absorb(subject.object);
    absorb(subject.relation);
  }
  finish();
  for (let lane = 0; lane < CHECKSUM_LANES; lane++) {
    lanes[lane] = (lanes[lane] ?? 0) + sign * ((state[lane] ?? 0) >>> 0);
  }
}

/** 32 hexadecimal digits, in small letters, the first lane first. */
export function formatChecksum(lanes: Uint32Array): string {
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, '0')).join('');
}

/** Whether `formatChecksum` can have written a text. */
export function isChecksum(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** The lanes of what `formatChecksum` wrote. @throws when the text is anything else */
export function parseChecksum(text: string): Uint32Array {
  if (!isChecksum(text)) throw new Error(`"${text}" is not a checksum of 32 hexadecimal digits`);
  return Uint32Array.from({ length: CHECKSUM_LANES }, (_, lane) =>
    Number.parseInt(text.slice(lane * 8, lane * 8 + 8), 16),
  );
}

/** The state of the hash under way. One for all: hashing a tuple calls nothing that could come back here. */
const state = new Int32Array(CHECKSUM_LANES);

/** Digits of the fraction of pi: arbitrary and different. */
const SEEDS = Int32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);

/** Odd multipliers with well-spread bits: 2^32 divided by the golden ratio, by pi, by e and by the root of 2. */
const M0 = 0x9e3779b9;
const M1 = 0x517cc1b7;
const M2 = 0x5e2d58d9;
const M3 = 0xb504f333;

/**
 * Takes in one part: its length, then its UTF-16 units, two in each step. The length in front
 * keeps apart where one part ends and the next begins. Each step is a bijection of the state
 * for any given word, so nothing that was taken in is ever forgotten.
 */
function absorb(part: string): void {
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  const { length } = part;
  for (let at = -2; at < length; at += 2) {
    const word = at < 0 ? length : part.charCodeAt(at) | (at + 1 < length ? part.charCodeAt(at + 1) << 16 : 0);
    const mixed = Math.imul(a ^ word, M0);
    a = b;
    b = c ^ ((mixed << 13) | (mixed >>> 19));
    c = Math.imul(d + mixed, M1);
    d = mixed ^ (mixed >>> 15);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

/** Lets every bit of the state reach every lane. */
function finish(): void {
  for (let round = 0; round < 2; round++) {
    for (let lane = 0; lane < CHECKSUM_LANES; lane++) {
      const next = (lane + 1) % CHECKSUM_LANES;
      state[next] = scramble((state[next] ?? 0) ^ Math.imul(state[lane] ?? 0, lane % 2 === 0 ? M2 : M3));
    }
  }
}

/** A bijection of 32 bits in which each bit of the input changes about half of the output. */
function scramble(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, M0);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, M3);
  return bits ^ (bits >>> 16);
}
