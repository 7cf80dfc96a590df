import type { Operation } from './operation.ts';
import { errorResponse, errorResponses, jsonContent, jsonResponse, textContent } from './responses.ts';
import { schemaRef } from './schemas.ts';

// What the routes about the server itself do (contract: REST §10, §11).

export const isAlive: Operation = {
  operationId: 'isAlive',
  tags: ['metadata'],
  summary: 'Ask whether the server runs',
  responses: { 200: jsonResponse('It runs.', schemaRef('HealthStatus')), ...errorResponses() },
};

export const isReady: Operation = {
  operationId: 'isReady',
  tags: ['metadata'],
  summary: 'Ask whether the server can answer requests',
  description: 'Looks at the database, its migrations and the model.',
  responses: {
    200: jsonResponse('It can.', schemaRef('HealthStatus')),
    503: errorResponse('It cannot. The code in the body is 500.'),
    ...errorResponses(),
  },
};

export const getVersion: Operation = {
  operationId: 'getVersion',
  tags: ['metadata'],
  summary: 'Ask for the version of the server',
  responses: { 200: jsonResponse('The version.', schemaRef('Version')), ...errorResponses() },
};

export const getMetrics: Operation = {
  operationId: 'getMetrics',
  tags: ['metadata'],
  summary: 'Show the metrics in the text format of Prometheus',
  responses: { 200: { description: 'The metrics.', content: textContent() }, ...errorResponses() },
};

export const getOpenApi: Operation = {
  operationId: 'getOpenApi',
  tags: ['metadata'],
  summary: 'Show this document',
  responses: {
    200: { description: 'An OpenAPI 3.0 document.', content: jsonContent({ type: 'object' }) },
    ...errorResponses(),
  },
};
