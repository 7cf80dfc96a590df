import { SyntaxService } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import type { Caller } from './caller.ts';
import type { CallOptions } from './client-options.ts';

/** A place in a document: lines from 1, columns from 0 in characters. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a document, from the first character to the one after the last. */
export interface SyntaxProblem {
  readonly message: string;
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

/** @throws {RequestError} */
export async function checkSyntax(caller: Caller, opl: string, options: CallOptions): Promise<SyntaxProblem[]> {
  const { message } = await caller.call(SyntaxService.method.check, {
    port: 'opl',
    message: { content: new TextEncoder().encode(opl) },
    options,
  });
  return message.parseErrors.map(({ message: text, start, end }) => ({
    message: text,
    start: { line: start?.line ?? 0, column: start?.column ?? 0 },
    end: { line: end?.line ?? 0, column: end?.column ?? 0 },
  }));
}
