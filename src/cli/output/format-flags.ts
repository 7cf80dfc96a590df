import type { Flag } from '../flags.ts';

/** The flags that choose the output format (contract: command line §4). */
export const formatFlags: readonly Flag[] = [
  {
    kind: 'text',
    name: 'format',
    default: 'table',
    values: ['table', 'json', 'json-pretty', 'yaml', 'jsonpath=', 'jsonpointer='],
    about: 'output format: table, json, json-pretty, yaml, jsonpath=PATH, jsonpointer=POINTER (default table)',
  },
  { kind: 'switch', name: 'quiet', short: 'q', about: 'print the bare minimum; overrides --format' },
];
