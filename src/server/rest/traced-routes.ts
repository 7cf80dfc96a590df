import type { Tracing } from '../../observability/tracing.ts';
import { errorAnswer } from './error-answer.ts';
import type { Route } from './route.ts';

/** The routes with each request in a span. */
export function traceRoutes<Row extends Route>(routes: readonly Row[], tracing: Tracing): Row[] {
  return routes.map((route) => ({ ...route, handle: traceRoute(route, tracing) }));
}

function traceRoute({ method, path, handle, toErrorAnswer = errorAnswer }: Route, tracing: Tracing): Route['handle'] {
  const name = `${method} ${path}`;
  const attributes = { 'http.request.method': method, 'http.route': path };
  return (request) =>
    tracing.request(
      { name, attributes, header: (header) => request.call.header(header) },
      () => handle(request),
      (ended) => {
        const { status } = 'error' in ended ? toErrorAnswer(ended.error, undefined) : ended.answer;
        return { attributes: { 'http.response.status_code': status }, isFault: status >= 500 };
      },
    );
}
