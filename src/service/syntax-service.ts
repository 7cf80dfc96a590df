import { create } from '@bufbuild/protobuf';
import {
  type CheckRequest,
  type CheckResponse,
  CheckResponseSchema,
} from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { parseOpl } from '../opl/parse.ts';

/** Invalid bytes become U+FFFD; the byte order mark is the parser's to skip. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** SyntaxService of the wire contract (contract: gRPC §3). A document with errors is a successful call. */
export class SyntaxService {
  async check(request: CheckRequest): Promise<CheckResponse> {
    const { errors } = parseOpl(UTF8.decode(request.content));
    return create(CheckResponseSchema, {
      parseErrors: errors.map(({ message, start, end }) => ({ message, start, end })),
    });
  }
}
