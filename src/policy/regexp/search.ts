import { hasCodePoint } from './character-set.ts';
import { WORD } from './named-sets.ts';
import type { Program } from './program.ts';
import type { Assertion } from './regexp-node.ts';
import type { StepBudget } from './step-budget.ts';

const LINE_FEED = 0x0a;
/** What stands before the first and after the last character. */
const NO_CHARACTER = -1;

/** A place between two characters. */
interface Place {
  /** Counted from 1. */
  readonly number: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Whether a program matches anywhere in a text. All ways to match are followed side by side,
 * and no instruction is visited twice at one place, so the steps are at most the program's
 * length times the text's, whatever the expression (Thompson's simulation). Throws a
 * `StepsExhaustedError` when the budget runs out.
 */
export function search(program: Program, text: string, budget: StepBudget): boolean {
  const simulation = new Simulation(program, budget);
  const first = program[0];
  const isAnchored = first?.kind === 'assertion' && first.assertion === 'beginText';
  let arrived: number[] = [0];
  for (let at = 0, number = 1, before = NO_CHARACTER; ; number++) {
    const after = text.codePointAt(at) ?? NO_CHARACTER;
    if (simulation.enter(arrived, { number, before, after })) return true;
    if (after === NO_CHARACTER) return false;
    arrived = simulation.consume(after);
    if (!isAnchored) arrived.push(0);
    else if (arrived.length === 0) return false;
    before = after;
    at += after > 0xffff ? 2 : 1;
  }
}

/** The ways to match that are open at one place. */
class Simulation {
  readonly #program: Program;
  readonly #budget: StepBudget;
  /** For each instruction the number of the place it was last visited at. */
  readonly #visitedAt: Uint32Array;
  /** Instructions that wait for the character after the place. */
  #waiting: number[] = [];

  constructor(program: Program, budget: StepBudget) {
    this.#program = program;
    this.#budget = budget;
    this.#visitedAt = new Uint32Array(program.length);
  }

  /** Follows everything that consumes no character from where the last place led; true once the program's end is met. */
  enter(pending: number[], place: Place): boolean {
    this.#waiting = [];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (this.#visitedAt[at] === place.number) continue;
      this.#visitedAt[at] = place.number;
      this.#budget.spend(1);
      if (this.#visit(at, place, pending)) return true;
    }
    return false;
  }

  /** Where a character leads to. */
  consume(codePoint: number): number[] {
    return this.#waiting.filter((at) => this.#accepts(at, codePoint)).map((at) => at + 1);
  }

  #visit(at: number, place: Place, pending: number[]): boolean {
    const instruction = this.#program[at];
    switch (instruction?.kind) {
      case 'character':
      case 'set':
        this.#waiting.push(at);
        return false;
      case 'assertion':
        if (holds(instruction.assertion, place)) pending.push(at + 1);
        return false;
      case 'split':
        pending.push(at + 1, instruction.target);
        return false;
      case 'jump':
        pending.push(instruction.target);
        return false;
      case 'match':
        return true;
      case undefined:
        throw new Error(`BUG: a program of ${this.#program.length} instructions went on at ${at}`);
    }
  }

  #accepts(at: number, codePoint: number): boolean {
    const instruction = this.#program[at];
    if (instruction?.kind === 'character') return instruction.codePoint === codePoint;
    if (instruction?.kind !== 'set') return false;
    // Each property costs a look into the runtime's tables.
    this.#budget.spend(instruction.set.properties.length);
    return hasCodePoint(instruction.set, codePoint);
  }
}

function holds(assertion: Assertion, { before, after }: Place): boolean {
  switch (assertion) {
    case 'beginText':
      return before === NO_CHARACTER;
    case 'endText':
      return after === NO_CHARACTER;
    case 'beginLine':
      return before === NO_CHARACTER || before === LINE_FEED;
    case 'endLine':
      return after === NO_CHARACTER || after === LINE_FEED;
    case 'wordBoundary':
      return isWord(before) !== isWord(after);
    case 'notWordBoundary':
      return isWord(before) === isWord(after);
  }
}

function isWord(codePoint: number): boolean {
  return hasCodePoint(WORD, codePoint);
}
