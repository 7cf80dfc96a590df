import type { CheckAnswer } from '../engine/permission-engine.ts';

/** What kept an answer from being yes or no, as `stheno.v1` names it; empty when nothing did. */
export function limitationName(answer: CheckAnswer): '' | 'DEPTH' | 'NODES' | 'UNDECLARED_RELATION' | 'CONTRADICTION' {
  switch (answer.kind) {
    case 'member':
    case 'not-member':
      return '';
    case 'unknown':
      return answer.limitation === 'depth' ? 'DEPTH' : 'NODES';
    case 'error':
      // An evaluation ends in one of two errors: of a relation that is not there, and of a fact that negates itself.
      return answer.error.code === 'failed_precondition' ? 'CONTRADICTION' : 'UNDECLARED_RELATION';
  }
}
