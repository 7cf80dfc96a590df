import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { BytesAnswer } from './answer.ts';
import type { Route } from './route.ts';

const compress = promisify(gzip);

/** Where the numbers come from; prom-client's Registry is one. */
export interface MetricsSource {
  readonly contentType: string;
  render(): Promise<string>;
}

/** The metrics in the text format of Prometheus (contract: REST §11). */
export function renderMetrics(metrics: MetricsSource): Route['handle'] {
  return async ({ call }): Promise<BytesAnswer> => {
    const text = await metrics.render();
    const answer = { kind: 'bytes', status: 200, contentType: metrics.contentType } as const;
    if (!acceptsGzip(call.header('accept-encoding'))) return { ...answer, body: text };
    return { ...answer, body: await compress(text), headers: { 'content-encoding': 'gzip' } };
  };
}

/** `gzip` may be refused with a weight of zero (RFC 9110 §12.5.3). */
function acceptsGzip(acceptEncoding = ''): boolean {
  return acceptEncoding.split(',').some((element) => {
    const [coding = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    return coding === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
