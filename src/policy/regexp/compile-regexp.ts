import type { Instruction, Program } from './program.ts';
import type { RegexpNode } from './regexp-node.ts';

/** How many instructions the program of an expression has. */
export function programSize(node: RegexpNode): number {
  return sizeOf(node) + 1;
}

/** Compiles an expression; its repetitions are written out, so look at the size first. */
export function compileRegexp(node: RegexpNode): Program {
  const program: Instruction[] = [];
  emit(program, node);
  add(program, { kind: 'match' });
  return program;
}

function sizeOf(node: RegexpNode): number {
  switch (node.kind) {
    case 'character':
    case 'set':
    case 'assertion':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'alternation':
      return node.branches.reduce((sum, branch) => sum + sizeOf(branch), 2 * (node.branches.length - 1));
    case 'repetition': {
      const part = sizeOf(node.part);
      const optional = node.max === Number.POSITIVE_INFINITY ? part + 2 : (node.max - node.min) * (part + 1);
      return node.min * part + optional;
    }
  }
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
  program.push(instruction);
  return instruction;
}
