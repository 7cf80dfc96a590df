import type { Operation } from './operation.ts';
import { errorResponses } from './responses.ts';

/** Watching (docs/beyond-keto.md). */
export const watchRelationships: Operation = {
  operationId: 'watchRelationships',
  tags: ['relationship'],
  summary: 'Watch the relation tuples change',
  description:
    'Server-sent events, until the client ends the request. `tuples` has the changes of one commit, in commit order and ' +
    'without gaps; `model` says that a version of the model was written; `checkpoint` says that everything up to its snaptoken was told, and comes first, too; `failure` has ' +
    'the envelope of an error and is the last one. The id of an event is the snaptoken to go on from. 410 says that the ' +
    'change log does not reach back to the snaptoken: read the tuples anew and watch from their snaptoken. 429 says that ' +
    'as many watch this server as `feed.max_watches` allows: try another one, or later.',
  parameters: [
    {
      name: 'snaptoken',
      in: 'query',
      description: 'Commits after this one are told; without it those after the start of the request.',
      schema: { type: 'string' },
    },
    {
      name: 'Last-Event-ID',
      in: 'header',
      description: 'As `snaptoken`, and wins over it: browsers send it when they connect again.',
      schema: { type: 'string' },
    },
    {
      name: 'namespace',
      in: 'query',
      description: 'Only tuples of this namespace. May be given several times.',
      schema: { type: 'array', items: { type: 'string' } },
    },
    {
      name: 'object_prefix',
      in: 'query',
      description: 'Only tuples whose object begins with this.',
      schema: { type: 'string' },
    },
    {
      name: 'heartbeat_interval_ms',
      in: 'query',
      description: 'A checkpoint comes after so many milliseconds without an event, 100 at least and 60,000 at most.',
      schema: { type: 'integer', format: 'int32', default: 10_000 },
    },
  ],
  responses: {
    200: {
      description: 'The events.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    ...errorResponses(400, 404),
  },
};
