import type { HttpRequest } from './http-exchange.ts';

/** Where a request keeps how its deadline is lifted. */
const LIFT = Symbol('lift');
type LimitedRequest = HttpRequest & { [LIFT]?: () => void };

/** Notes how the time is lifted that the body of a request has to arrive. */
export function setReadDeadline(request: HttpRequest, lift: () => void): void {
  (request as LimitedRequest)[LIFT] = lift;
}

/** Lets the body of a request take any time: whoever reads it takes it in as it comes, and it may be of any size. */
export function liftReadDeadline(request: HttpRequest): void {
  (request as LimitedRequest)[LIFT]?.();
}
