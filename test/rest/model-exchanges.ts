import type { Exchange } from './openapi-routes.ts';

/** Of the routes of the model; the one in the photo world is in the configuration. */
export function modelExchanges(): Exchange[] {
  const files = [{ name: 'model.ts', content: 'class Group implements Namespace {}' }];
  return [
    { route: 'GET /models', status: 200 },
    { route: 'GET /models', query: 'page_token=none', status: 400 },
    { route: 'GET /models/{id}', segments: { id: 'newest' }, status: 200 },
    { route: 'GET /models/{id}', segments: { id: '1' }, status: 404 },
    { route: 'GET /models/diff', query: 'from=0', status: 200 },
    { route: 'GET /models/diff', query: 'from=1', status: 404 },
    { route: 'POST /models/validate', body: { files }, status: 200 },
    { route: 'POST /models/validate', body: { files: [{ content: 'class' }] }, status: 200 },
    { route: 'POST /models/validate', body: {}, status: 400, isWrong: true },
    { route: 'PUT /admin/models', body: { files: 'class' }, status: 400, isWrong: true },
    { route: 'PUT /admin/models', body: { files, expected_model_id: '1' }, status: 422 },
  ];
}
