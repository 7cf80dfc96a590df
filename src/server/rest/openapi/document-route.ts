import { ok } from '../answer.ts';
import { type OpenApiDocument, openApiDocument, type Surface } from './document.ts';
import { getOpenApi } from './metadata-operations.ts';
import type { DescribedRoute } from './operation.ts';

/** Shows what all listeners answer. The surface has this route in it, so it is asked for when the first request comes. */
export function openApiRoute({ version, surface }: { version: string; surface: () => Surface }): DescribedRoute {
  let document: OpenApiDocument | undefined;
  return {
    method: 'GET',
    path: '/openapi.json',
    operation: getOpenApi,
    handle: async () => {
      document ??= openApiDocument({ version, surface: surface() });
      return ok(document);
    },
  };
}
