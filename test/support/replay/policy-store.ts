import assert from 'node:assert/strict';
import { runHttpStep } from './http-step.ts';
import type { PolicyCase } from './policy-suite.ts';
import type { HttpStep } from './suite.ts';

const FLAVORS = ['exact', 'glob', 'regex'];
/** The longest list that the API gives. */
const LIMIT = 500;

/** Makes the policies and roles of a case all that is stored, through the API. */
export async function preparePolicies(port: number, store: PolicyCase['store'] = {}): Promise<void> {
  for (const flavor of FLAVORS) {
    for (const kind of ['policies', 'roles'] as const) {
      const path = `/engines/acp/ory/${flavor}/${kind}`;
      await empty(port, path);
      for (const json of store[flavor]?.[kind] ?? []) {
        const { status, text } = await send(port, { method: 'PUT', path, json });
        assert.equal(status, 200, `cannot prepare the store: ${text}`);
      }
    }
  }
}

async function empty(port: number, path: string): Promise<void> {
  for (;;) {
    const { json } = await send(port, { method: 'GET', path: `${path}?limit=${LIMIT}` });
    const items = json as { id: string }[]; // the answer of a list
    for (const { id } of items) await send(port, { method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` });
    if (items.length < LIMIT) return;
  }
}

function send(port: number, step: Pick<HttpStep, 'method' | 'path' | 'json'>) {
  return runHttpStep(port, { kind: 'http', port: 'read', ...step });
}
