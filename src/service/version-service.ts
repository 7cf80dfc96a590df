import { create } from '@bufbuild/protobuf';
import {
  type GetVersionRequest,
  type GetVersionResponse,
  GetVersionResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';

/** VersionService of the wire contract (contract: gRPC §5.8). */
export class VersionService {
  readonly #version: string;

  constructor({ version }: { version: string }) {
    this.#version = version;
  }

  async getVersion(_request: GetVersionRequest): Promise<GetVersionResponse> {
    return create(GetVersionResponseSchema, { version: this.#version });
  }
}
