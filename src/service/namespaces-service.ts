import { create } from '@bufbuild/protobuf';
import {
  type ListNamespacesRequest,
  type ListNamespacesResponse,
  ListNamespacesResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import type { NamespaceManager } from '../namespace/namespace-manager.ts';

/** NamespacesService of the wire contract (contract: gRPC §5.5). */
export class NamespacesService {
  readonly #namespaces: NamespaceManager;

  constructor({ namespaces }: { namespaces: NamespaceManager }) {
    this.#namespaces = namespaces;
  }

  async listNamespaces(_request: ListNamespacesRequest): Promise<ListNamespacesResponse> {
    const namespaces = this.#namespaces.current().list();
    return create(ListNamespacesResponseSchema, { namespaces: namespaces.map(({ name }) => ({ name })) });
  }
}
