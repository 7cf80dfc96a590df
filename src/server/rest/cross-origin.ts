import type { CorsConfig } from '../../config/config.ts';
import type { HttpRequest, HttpResponse } from '../http-exchange.ts';
import type { CrossOrigin } from '../request-dispatcher.ts';
import { createOriginMatcher } from './cors-origins.ts';

/** More empty elements than any browser sends make a list of headers suspicious. */
const MAX_EMPTY_ELEMENTS = 16;

/**
 * What a listener does for pages of other origins (contract: REST §12), with the settings under
 * `serve.X.cors`; undefined when they are not enabled.
 */
export function createCrossOrigin(settings: CorsConfig): CrossOrigin | undefined {
  if (!settings.enabled) return undefined;
  const policy: Policy = {
    settings,
    allowsOrigin: createOriginMatcher(settings.allowed_origins),
    methods: new Set([...settings.allowed_methods, 'OPTIONS']),
    headers: settings.allowed_headers.includes('*')
      ? 'any'
      : [...new Set(settings.allowed_headers.map((name) => name.toLowerCase()))].sort(),
    exposedHeaders: settings.exposed_headers.map(canonicalName).join(', '),
  };
  return (request, response) => {
    if (request.url === '*') return false; // about the server, not about anything a page could read
    const requestedMethod = headerOf(request, 'access-control-request-method');
    if (request.method === 'OPTIONS' && requestedMethod) {
      answerPreflight(policy, request, response, requestedMethod);
      return true;
    }
    addHeaders(policy, request, response);
    return false;
  };
}

interface Policy {
  readonly settings: CorsConfig;
  readonly allowsOrigin: (origin: string) => boolean;
  readonly methods: ReadonlySet<string>;
  /** Sorted lower-case names. */
  readonly headers: readonly string[] | 'any';
  readonly exposedHeaders: string;
}

function answerPreflight(policy: Policy, request: HttpRequest, response: HttpResponse, method: string): void {
  response.statusCode = 204;
  response.setHeader('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  const origin = headerOf(request, 'origin');
  const requestedHeaders = headerOf(request, 'access-control-request-headers');
  if (origin && policy.allowsOrigin(origin) && policy.methods.has(method) && allowsHeaders(policy, requestedHeaders)) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-methods', method);
    if (requestedHeaders) response.setHeader('access-control-allow-headers', requestedHeaders);
    if (policy.settings.allow_credentials) response.setHeader('access-control-allow-credentials', 'true');
    const { max_age: maxAgeSeconds } = policy.settings;
    if (maxAgeSeconds !== 0) response.setHeader('access-control-max-age', String(Math.max(maxAgeSeconds, 0)));
  }
  response.end();
}

function addHeaders(policy: Policy, request: HttpRequest, response: HttpResponse): void {
  response.setHeader('vary', 'Origin');
  const origin = headerOf(request, 'origin');
  if (!origin || !policy.allowsOrigin(origin) || !policy.methods.has(request.method ?? '')) return;
  response.setHeader('access-control-allow-origin', origin);
  if (policy.exposedHeaders !== '') response.setHeader('access-control-expose-headers', policy.exposedHeaders);
  if (policy.settings.allow_credentials) response.setHeader('access-control-allow-credentials', 'true');
}

/** Browsers send the names in lower case, sorted, each once (Fetch standard); nothing else is accepted. */
function allowsHeaders({ headers }: Policy, requested: string | undefined): boolean {
  if (headers === 'any' || requested === undefined) return true;
  let emptyElements = 0;
  let position = -1;
  for (const element of requested.split(',')) {
    const name = element.replace(/^[ \t]/, '').replace(/[ \t]$/, '');
    if (name === '') {
      emptyElements += 1;
      if (emptyElements > MAX_EMPTY_ELEMENTS) return false;
      continue;
    }
    const found = headers.indexOf(name);
    if (found <= position) return false;
    position = found;
  }
  return true;
}

function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** `x-exposed` as `X-Exposed`. */
function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
