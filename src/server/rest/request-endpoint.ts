import type { HttpRequest } from '../http-exchange.ts';

/** Where a request keeps it. A weak map beside it would cost more than the rest of the way through the router. */
const ENDPOINT = Symbol('endpoint');
type RoutedRequest = HttpRequest & { [ENDPOINT]?: string };

/** Notes which route answers a request, for whoever counts or logs it. */
export function setEndpoint(request: HttpRequest, endpoint: string): void {
  (request as RoutedRequest)[ENDPOINT] = endpoint;
}

/** The path of the route that answered, without the method (contract: REST §11); undefined when none matched. */
export function endpointOf(request: HttpRequest): string | undefined {
  return (request as RoutedRequest)[ENDPOINT];
}
