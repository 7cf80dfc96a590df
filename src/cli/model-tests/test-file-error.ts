import type { Position } from '../../opl/diagnostic.ts';
import { formatPlace } from '../../opl/format-diagnostics.ts';

/** Why a file of model tests cannot be run. The message ends with a line end and names file, line and column. */
export class TestFileError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'TestFileError';
  }

  static at(path: string, place: Position, reason: string): TestFileError {
    return new TestFileError(`${formatPlace(path, place)}: ${reason}\n`);
  }
}
