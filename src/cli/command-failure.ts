/** The exit code of everything that goes wrong, but for the few cases of the contract that have 1 (command line §2). */
export const FAILURE_EXIT_CODE = 255;

/** A command that was understood and failed. The text goes to the error output as it stands, without the usage. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(text: string, { exitCode = FAILURE_EXIT_CODE }: { exitCode?: number } = {}) {
    super(text);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}
