/** A hash of two numbers. They are given out by the graph, not chosen by anybody; the seed keeps even their order unknown. */
export function mixPair(first: number, second: number, seed: number): number {
  let bits = Math.imul(first ^ seed, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 13), 0x297a2d39);
  return bits ^ (bits >>> 16);
}
