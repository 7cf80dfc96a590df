import type { Exchange } from './openapi-routes.ts';

/** A policy that denies, one that cannot be evaluated, and every route with an unknown flavor. */
export function policyExchanges(): Exchange[] {
  const base = '/engines/acp/ory/{flavor}' as const;
  const regex = { flavor: 'regex' };
  const policy = { ...regex, id: 'p' };
  const role = { ...regex, id: 'r', member: 'm' };
  const stored = { id: 'p', subjects: ['s', 'r'], resources: ['r'], actions: ['<.*>'], effect: 'allow' };
  const conditions = { ip: { type: 'CIDRCondition', options: { cidr: '10.0.0.0/8' } } };
  const question = { subject: 'm', resource: 'r', action: 'a', context: { ip: '10.1.2.3' } };
  const isWrong = true;
  const sets: Exchange[] = [
    { route: `PUT ${base}/policies`, segments: regex, body: { ...stored, conditions }, status: 200 },
    { route: `PUT ${base}/policies`, segments: regex, body: { ...stored, effect: 'maybe' }, status: 500, isWrong },
    { route: `PUT ${base}/roles`, segments: regex, body: { id: 'r', description: 'readers' }, status: 200 },
    { route: `PUT ${base}/roles`, segments: regex, body: { members: 'm' }, status: 500, isWrong },
    { route: `PUT ${base}/roles/{id}/members`, segments: role, body: { members: ['m'] }, status: 200 },
    { route: `PUT ${base}/roles/{id}/members`, segments: role, body: [], status: 500, isWrong },
    { route: `POST ${base}/allowed`, segments: regex, body: question, status: 200 },
    { route: `POST ${base}/allowed`, segments: regex, body: { ...question, context: null }, status: 403 },
    { route: `POST ${base}/allowed`, segments: regex, body: { ...question, context: { ip: '' } }, status: 500 },
    {
      route: `POST ${base}/allowed/batch`,
      segments: regex,
      body: { requests: [question, { ...question, context: { ip: '' } }] },
      status: 200,
    },
    { route: `POST ${base}/allowed/batch`, segments: regex, body: { requests: [5] }, status: 400, isWrong },
    { route: `POST ${base}/allowed/explain`, segments: regex, body: question, status: 200 },
    { route: `POST ${base}/allowed/explain`, segments: regex, body: { ...question, context: { ip: '' } }, status: 200 },
    { route: `POST ${base}/allowed/explain`, segments: regex, body: { who: 's' }, status: 400, isWrong },
    { route: `GET ${base}/policies`, segments: regex, query: 'limit=5&offset=0&id=p&subject=s&action=x', status: 200 },
    { route: `GET ${base}/policies`, segments: regex, query: 'resource=r', status: 200 },
    { route: `GET ${base}/policies/{id}`, segments: policy, status: 200 },
    { route: `GET ${base}/roles`, segments: regex, query: 'member=m', status: 200 },
    { route: `GET ${base}/roles/{id}`, segments: role, status: 200 },
    { route: `DELETE ${base}/roles/{id}/members/{member}`, segments: role, status: 200 },
    { route: `DELETE ${base}/roles/{id}`, segments: role, status: 204 },
    { route: `DELETE ${base}/policies/{id}`, segments: policy, status: 204 },
  ];
  const routes = new Map(sets.toReversed().map((exchange) => [exchange.route, exchange]));
  const unknown = [...routes.values()].map(
    (exchange): Exchange => ({
      ...exchange,
      segments: { ...exchange.segments, flavor: 'fuzzy' },
      status: 404,
    }),
  );
  return [...sets, ...unknown];
}
