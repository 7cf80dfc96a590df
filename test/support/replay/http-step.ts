import { gunzipSync } from 'node:zlib';
import { decodeFrames, showFrame } from './grpc-frames.ts';
import { counterSamples, metricFamilies } from './prometheus-text.ts';
import type { Answer, HttpStep } from './suite.ts';
import { sendHttp1, sendHttp2, type WireResponse } from './wire-client.ts';

/** Sends the request of a step and shows the answer in every form an expectation may have. */
export async function runHttpStep(port: number, step: HttpStep): Promise<Answer> {
  const { method, path } = step;
  const body = bodyOf(step);
  const headers: Record<string, string | number> = { ...step.headers };
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  if (step.json !== undefined && !names.has('content-type')) headers['Content-Type'] = 'application/json';
  if (step.http2) {
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    return showResponse(await sendHttp2(port, { method, path, headers: Object.fromEntries(lowerCase), body }));
  }
  // Without a length Node sends the body of some methods without saying so.
  if (body !== undefined && !names.has('content-length') && !names.has('transfer-encoding')) {
    headers['Content-Length'] = body.length;
  }
  return showResponse(await sendHttp1(port, { method, path, headers, body }));
}

function bodyOf({ json, text, base64 }: HttpStep): Buffer | undefined {
  if (json !== undefined) return Buffer.from(JSON.stringify(json));
  if (text !== undefined) return Buffer.from(text);
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

function showResponse({ status, headers, trailers, body }: WireResponse): Answer {
  const answer = { status, headers, ...(Object.keys(trailers).length > 0 ? { trailers } : {}) };
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/grpc')) {
    const isJson = type.includes('json');
    return { ...answer, frames: decodeFrames(body).map((frame) => showFrame(frame, { isJson })) };
  }
  const unpacked = headers['content-encoding'] === 'gzip' && body.length > 0 ? gunzipSync(body) : body;
  return unpacked.length === 0 ? answer : { ...answer, ...showBody(unpacked, type) };
}

function showBody(body: Buffer, type: string): Answer {
  const base64 = body.toString('base64');
  if (/^application\/(proto|connect)/.test(type)) return { base64 };
  const text = body.toString();
  if (type.includes('json')) return { text, json: parseJson(text) };
  if (type.includes('version=')) return { text, families: metricFamilies(text), samples: counterSamples(text) };
  return { text, base64 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
