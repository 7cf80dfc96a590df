import type { Instruction, Program } from './program.ts';
import type { RegexpNode } from './regexp-node.ts';
import { RegexpSyntaxError } from './regexp-syntax-error.ts';

/**
 * A step costs at most one visit of each instruction, so this bounds what one character can
 * cost. Expressions that people write have dozens; a list of ten thousand names still fits.
 */
const MAX_INSTRUCTIONS = 100_000;

/** Compiles an expression. Throws a `RegexpSyntaxError` if it is too large, before it takes the memory. */
export function compileRegexp(node: RegexpNode): Program {
  const program: Instruction[] = [];
  emit(program, node);
  add(program, { kind: 'match' });
  return program;
}

function emit(program: Instruction[], node: RegexpNode): void {
  switch (node.kind) {
    case 'character':
    case 'set':
    case 'assertion':
      add(program, node);
      return;
    case 'sequence':
      for (const part of node.parts) emit(program, part);
      return;
    case 'alternation':
      emitAlternation(program, node.branches);
      return;
    case 'repetition':
      emitRepetition(program, node);
  }
}

function emitAlternation(program: Instruction[], branches: readonly RegexpNode[]): void {
  const jumps: { target: number }[] = [];
  for (const [index, branch] of branches.entries()) {
    if (index === branches.length - 1) emit(program, branch);
    else {
      const split = add(program, { kind: 'split', target: 0 });
      emit(program, branch);
      jumps.push(add(program, { kind: 'jump', target: 0 }));
      split.target = program.length;
    }
  }
  for (const jump of jumps) jump.target = program.length;
}

function emitRepetition(program: Instruction[], { part, min, max }: RegexpNode & { kind: 'repetition' }): void {
  for (let copy = 0; copy < min; copy++) emit(program, part);
  if (max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const split = add(program, { kind: 'split', target: 0 });
    emit(program, part);
    add(program, { kind: 'jump', target: start });
    split.target = program.length;
    return;
  }
  const splits: { target: number }[] = [];
  for (let copy = min; copy < max; copy++) {
    splits.push(add(program, { kind: 'split', target: 0 }));
    emit(program, part);
  }
  for (const split of splits) split.target = program.length;
}

function add<I extends Instruction>(program: Instruction[], instruction: I): I {
  if (program.length >= MAX_INSTRUCTIONS) throw new RegexpSyntaxError('expression too large');
  program.push(instruction);
  return instruction;
}
