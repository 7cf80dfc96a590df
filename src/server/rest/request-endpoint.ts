import type { HttpRequest } from '../http-exchange.ts';

const endpoints = new WeakMap<HttpRequest, string>();

/** Notes which route answers a request, for whoever counts or logs it. */
export function setEndpoint(request: HttpRequest, endpoint: string): void {
  endpoints.set(request, endpoint);
}

/** The path of the route that answered, without the method (contract: REST §11); undefined when none matched. */
export function endpointOf(request: HttpRequest): string | undefined {
  return endpoints.get(request);
}
