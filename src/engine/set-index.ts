/** Slots of an empty index; a power of two. */
const FIRST_SLOTS = 64;
/** A table with more slots is given back when the index is cleared. */
const MAX_KEPT_SLOTS = 32_768;
/** What a slot is: the round in which it was filled, the object, the relation, the value. */
const STRIDE = 4;

/** How many slots of a table that became too small are taken over each time something is added: all long before the next growth. */
const MOVED_SLOTS = 8;

/**
 * Integers by object and relation: a hash table with open addressing. A slot of an earlier
 * round counts as empty, so clearing costs nothing. When it grows, what it has is taken over little by little.
 */
export class SetIndex {
  #slots: Int32Array = new Int32Array(FIRST_SLOTS * STRIDE);
  #mask: number = FIRST_SLOTS - 1;
  /** The table before it grew, as long as not all of it is taken over, and how far that is. */
  #old: Int32Array | undefined;
  #moved = 0;
  #size = 0;
  #round = 1;

  clear(): void {
    this.#size = 0;
    this.#old = undefined;
    this.#round++;
    const isWorn = this.#round === LAST_ROUND;
    if (isWorn) this.#round = 1;
    if (isWorn || this.#mask >= MAX_KEPT_SLOTS) this.#allocate(FIRST_SLOTS);
  }

  /** The value of a set, or -1. */
  find(object: number, relation: number): number {
    const found = this.#findIn(this.#slots, this.#mask, object, relation);
    if (found !== -1 || this.#old === undefined) return found;
    return this.#findIn(this.#old, this.#old.length / STRIDE - 1, object, relation);
  }

  /** The set must not be there yet. */
  add(object: number, relation: number, value: number): void {
    if (this.#old !== undefined) this.#move(this.#old);
    if (this.#size * 2 > this.#mask) {
      this.#old = this.#slots;
      this.#moved = 0;
      this.#allocate((this.#mask + 1) * 2);
    }
    this.#insert(object, relation, value);
    this.#size++;
  }

  #findIn(slots: Int32Array, mask: number, object: number, relation: number): number {
    for (let i = hash(object, relation) & mask; ; i = (i + 1) & mask) {
      const slot = i * STRIDE;
      if (slots[slot] !== this.#round) return -1;
      if (slots[slot + 1] === object && slots[slot + 2] === relation) return slots[slot + 3] as number; // within bounds
    }
  }

  #insert(object: number, relation: number, value: number): void {
    let i = hash(object, relation) & this.#mask;
    while (this.#slots[i * STRIDE] === this.#round) i = (i + 1) & this.#mask;
    this.#slots[i * STRIDE] = this.#round;
    this.#slots[i * STRIDE + 1] = object;
    this.#slots[i * STRIDE + 2] = relation;
    this.#slots[i * STRIDE + 3] = value;
  }

  /** Takes over some slots of the old table, which stays as it is until all are. */
  #move(old: Int32Array): void {
    const end = Math.min(this.#moved + MOVED_SLOTS * STRIDE, old.length);
    for (let slot = this.#moved; slot < end; slot += STRIDE) {
      if (old[slot] !== this.#round) continue;
      this.#insert(old[slot + 1] as number, old[slot + 2] as number, old[slot + 3] as number); // within bounds
    }
    this.#moved = end;
    if (end === old.length) this.#old = undefined;
  }

  #allocate(slots: number): void {
    this.#slots = new Int32Array(slots * STRIDE);
    this.#mask = slots - 1;
  }
}

const LAST_ROUND = 2 ** 31 - 1;

/** Mixes both numbers over all bits (multipliers of Murmur3). */
function hash(object: number, relation: number): number {
  let mixed = Math.imul(object, 0xcc9e_2d51) ^ Math.imul(relation, 0x1b87_3593);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}
