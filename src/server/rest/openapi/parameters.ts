import type { Parameter } from './operation.ts';

const text = (name: string, description: string): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
});

/** The parts of a tuple but its subject. */
export const OBJECT_PARAMETERS: readonly Parameter[] = [
  text('namespace', 'The namespace of the object.'),
  text('object', 'The object.'),
  text('relation', 'The relation between the object and the subject.'),
];

/** Of a filter, what is present must be equal, also when it is empty (contract: REST §3). */
export const TUPLE_PARAMETERS: readonly Parameter[] = [
  ...OBJECT_PARAMETERS,
  text('subject_id', 'The subject by its id. Not together with a subject set.'),
  text('subject_set.namespace', 'The namespace of the subject set.'),
  text('subject_set.object', 'The object of the subject set.'),
  text('subject_set.relation', 'The relation of the subject set; when it is absent it is empty.'),
];

export const NAMESPACE_REQUIRED: readonly Parameter[] = TUPLE_PARAMETERS.map((parameter) =>
  parameter.name === 'namespace' ? { ...parameter, required: true } : parameter,
);

export const MAX_DEPTH: Parameter = {
  name: 'max-depth',
  in: 'query',
  description: 'How many hops may be followed. Below 1 or above `limit.max_read_depth` it is that limit.',
  schema: { type: 'integer', format: 'int64' },
};

export const SNAPTOKEN: Parameter = text(
  'snaptoken',
  'The answer must be at least as fresh as the revision of this token.',
);

export const LATEST: Parameter = {
  name: 'latest',
  in: 'query',
  description: 'The answer must see every write acknowledged before the request, as it does without a snaptoken.',
  schema: { type: 'boolean', default: false },
};

/** Of routes that Keto has not; Keto's take the header. */
export const CONSISTENCY_CHOICE: Parameter = {
  name: 'consistency',
  in: 'query',
  description: 'With `minimize_latency` what the server has at hand answers, but nothing older than the snaptoken.',
  schema: { type: 'string', enum: ['latest', 'minimize_latency'] },
};

export const CONSISTENCY: Parameter = {
  name: 'stheno-consistency',
  in: 'header',
  description:
    'With `minimize-latency` what the server has at hand answers, but nothing older than the snaptoken. `latest` asks for ' +
    'every write acknowledged before the request.',
  schema: { type: 'string', enum: ['latest', 'minimize-latency'] },
};

export const PAGE_SIZE: Parameter = {
  name: 'page_size',
  in: 'query',
  description: 'How many tuples a page may have. Below 1 it is 100, above 500 it is 500.',
  schema: { type: 'integer', format: 'int64', default: 100 },
};

export const PAGE_TOKEN: Parameter = text(
  'page_token',
  'The `next_page_token` of the page before; empty for the first page.',
);

export const WARNINGS: Parameter = {
  name: 'stheno-warnings',
  in: 'header',
  description: 'With `true` the answer has the warnings of a valid document as well.',
  schema: { type: 'string' },
};
