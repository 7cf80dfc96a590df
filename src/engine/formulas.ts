/** An operator: what follows up to `argument` are its operands. */
export const OR = 0;
export const AND = 1;
export const NOT = 2;
/** The membership in the set of node `argument`, with `need` levels less. */
export const SET = 3;
/** Whether the subject is stored directly in the set of node `argument`. */
export const STORED = 4;
/** The verdict `argument`. */
export const VERDICT = 5;

const STRIDE = 4;
const PAGE_BITS = 10;
const PAGE_INSTRUCTIONS = 1 << PAGE_BITS;

/** More instructions than these are not kept for the evaluations to come. */
const MAX_KEPT = 65_536;

/**
 * The formulas of all nodes of an evaluation, one after the other in prefix form. An
 * instruction is three integers: operation, argument, need. The need is what the depth
 * budget must be at least for the instruction to count; below it is unknown. For `SET` the
 * budget of the set is what remains, and must be at least 1.
 *
 * Every formula is one `OR` with its operands (contract: OPL C3 is a union of parts).
 */
export class Formulas {
  /** It grows by pages: copying what a large question has written so far would hold up everybody. */
  readonly #pages: Int32Array[] = [];
  #end = 0;

  /** Where the next instruction will stand. */
  get end(): number {
    return this.#end;
  }

  clear(): void {
    this.#end = 0;
    if (this.#pages.length > MAX_KEPT / PAGE_INSTRUCTIONS) this.#pages.length = MAX_KEPT / PAGE_INSTRUCTIONS;
  }

  add(operation: number, argument: number, need: number): void {
    const at = this.#end++;
    if (at === this.#pages.length * PAGE_INSTRUCTIONS) this.#pages.push(new Int32Array(PAGE_INSTRUCTIONS * STRIDE));
    const page = this.#pageOf(at);
    const start = startOf(at);
    page[start] = operation;
    page[start + 1] = argument;
    page[start + 2] = need;
  }

  /** Begins an operator; `close` gets what this returns. */
  open(operation: number, need: number): number {
    const start = this.#end;
    this.add(operation, 0, need);
    return start;
  }

  /** Ends an operator: all that was added since `open` are its operands. */
  close(start: number): void {
    this.#pageOf(start)[startOf(start) + 1] = this.#end;
  }

  /** Takes back all instructions from a position on. */
  takeBack(end: number): void {
    this.#end = end;
  }

  operation(at: number): number {
    return this.#pageOf(at)[startOf(at)] as number; // within the page
  }

  argument(at: number): number {
    return this.#pageOf(at)[startOf(at) + 1] as number; // as above
  }

  need(at: number): number {
    return this.#pageOf(at)[startOf(at) + 2] as number; // as above
  }

  #pageOf(at: number): Int32Array {
    return this.#pages[at >> PAGE_BITS] as Int32Array; // positions come from open and close
  }
}

/** Where an instruction begins in its page. */
function startOf(at: number): number {
  return (at & (PAGE_INSTRUCTIONS - 1)) * STRIDE;
}
