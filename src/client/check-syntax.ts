import { type ParseError, SyntaxService } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
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

/** What there is to say about a document. */
export interface SyntaxDetails {
  /** Why it is no model; empty for a valid one. */
  readonly errors: readonly SyntaxProblem[];
  /** What loads, but is probably not meant. There are none beside errors. */
  readonly warnings: readonly SyntaxProblem[];
}

/** @throws {RequestError} */
export async function checkSyntax(caller: Caller, opl: string, options: CallOptions): Promise<SyntaxDetails> {
  const { message } = await caller.call(SyntaxService.method.check, {
    port: 'opl',
    message: { content: new TextEncoder().encode(opl) },
    options,
  });
  return { errors: message.parseErrors.map(problemFromProto), warnings: message.warnings.map(problemFromProto) };
}

function problemFromProto({ message, start, end }: ParseError): SyntaxProblem {
  return {
    message,
    start: { line: start?.line ?? 0, column: start?.column ?? 0 },
    end: { line: end?.line ?? 0, column: end?.column ?? 0 },
  };
}
