import { create } from '@bufbuild/protobuf';
import {
  type CheckRequest,
  type CheckResponse,
  CheckResponseSchema,
} from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import type { Diagnostic } from '../opl/diagnostic.ts';
import { parseOpl } from '../opl/parse.ts';
import type { Call } from './rpc-service.ts';

/** Invalid bytes become U+FFFD; the byte order mark is the parser's to skip. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** SyntaxService of the wire contract (contract: gRPC §3). A document with errors is a successful call. */
export class SyntaxService {
  /** With the header `stheno-warnings: true` also the warnings: without it, answers are the contract's. */
  async check(request: CheckRequest, call: Call): Promise<CheckResponse> {
    const { errors, warnings } = parseOpl(UTF8.decode(request.content));
    const isAskedForWarnings = call.header('stheno-warnings') === 'true';
    return create(CheckResponseSchema, {
      parseErrors: errors.map(problemOf),
      warnings: isAskedForWarnings ? warnings.map(problemOf) : [],
    });
  }
}

function problemOf({ message, start, end }: Diagnostic): Pick<Diagnostic, 'message' | 'start' | 'end'> {
  return { message, start, end };
}
