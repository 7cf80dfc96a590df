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

const STRIDE = 3;

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
  // Small integers in a plain array, which grows by itself and is used again.
  readonly #code: number[] = [];
  #end = 0;

  /** Where the next instruction will stand. */
  get end(): number {
    return this.#end;
  }

  clear(): void {
    this.#end = 0;
    if (this.#code.length > MAX_KEPT * STRIDE) this.#code.length = MAX_KEPT * STRIDE;
  }

  add(operation: number, argument: number, need: number): void {
    const at = this.#end++ * STRIDE;
    this.#code[at] = operation;
    this.#code[at + 1] = argument;
    this.#code[at + 2] = need;
  }

  /** Begins an operator; `close` gets what this returns. */
  open(operation: number, need: number): number {
    const start = this.#end;
    this.add(operation, 0, need);
    return start;
  }

  /** Ends an operator: all that was added since `open` are its operands. */
  close(start: number): void {
    this.#code[start * STRIDE + 1] = this.#end;
  }

  /** Takes back all instructions from a position on. */
  takeBack(end: number): void {
    this.#end = end;
  }

  operation(at: number): number {
    return this.#code[at * STRIDE] as number; // within bounds: positions come from open and close
  }

  argument(at: number): number {
    return this.#code[at * STRIDE + 1] as number; // as above
  }

  need(at: number): number {
    return this.#code[at * STRIDE + 2] as number; // as above
  }
}
