import { randomBytes } from 'node:crypto';

/** Any integer of 32 bits. */
export function randomInteger(): number {
  return randomBytes(4).readInt32LE();
}
