import { ExplainService } from '#gen/stheno/v1/explain_service_pb.js';
import { explanationFromProto } from '../../client/explain.ts';
import { explanationToJson } from '../../service/explain-json.ts';
import { tupleFromProto, tupleToProto } from '../../service/messages.ts';
import { argumentsBetween } from '../argument-rules.ts';
import { paintFor } from '../color.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { formatDot, formatMermaid } from '../explanation-graph.ts';
import { answerWord, formatExplanation } from '../explanation-text.ts';
import type { Flag } from '../flags.ts';
import { maxDepthFlag } from '../max-depth-flag.ts';
import { formatFlags } from '../output/format-flags.ts';
import { formatResult } from '../output/output.ts';
import { parseObjectArguments, parseSubjectArgument } from '../tuple-arguments.ts';
import { tupleToJson } from '../tuple-json.ts';

/** The formats that only a graph has. */
const GRAPHS = { dot: formatDot, mermaid: formatMermaid };

/** `stheno explain`. */
export const explain: Command = {
  args: '<subject> <relation> <namespace>:<object>',
  about: `Shows why a check has its answer: the tuples and rules that grant, or what was tried and why it failed.

The subject is an id, or a subject set written namespace:object#relation. The exit code is 0 for every answer.`,
  examples: [
    'stheno explain ann view Doc:readme --insecure-disable-transport-security',
    'stheno explain ann view Doc readme --format json-pretty',
    'stheno explain ann view Doc:readme --format dot | dot -Tsvg > why.svg',
  ],
  flags: [
    maxDepthFlag,
    {
      kind: 'integer',
      name: 'max-steps',
      default: 0,
      about: 'how many steps the explanation may have (default 0: 1000; at most 10000)',
    },
    ...formatFlags.map(withGraphs),
    ...connectionFlags,
  ],
  accepts: argumentsBetween(3, 4),
  async run(invocation) {
    const { args, flags, stdout, stderr, env } = invocation;
    const [subject = '', relation = '', namespace = '', object] = args;
    const target = object === undefined ? parseObjectArguments([namespace], stderr) : { namespace, object };
    const tuple = tupleToProto({ ...target, relation, subject: parseSubjectArgument(subject) });
    const [maxDepth, maxSteps] = [flags.integer('max-depth'), flags.integer('max-steps')];
    const message = await request(invocation, 'read', (client) =>
      client.call(ExplainService.method.explain, { tuple, maxDepth, maxSteps }),
    );
    const explanation = explanationFromProto(message);
    const format = flags.text('format');
    if (!flags.isOn('quiet') && isGraph(format)) {
      stdout.write(GRAPHS[format](explanation));
      return 0;
    }
    stdout.write(
      formatResult(flags, {
        data: explanationToJson(message, (one) => tupleToJson(tupleFromProto(one))),
        table: () => formatExplanation(explanation, paintFor(stdout, env)),
        quiet: () => `${answerWord(explanation)}\n`,
      }),
    );
    return 0;
  },
};

function isGraph(format: string): format is keyof typeof GRAPHS {
  return Object.hasOwn(GRAPHS, format);
}

function withGraphs(flag: Flag): Flag {
  if (flag.name !== 'format') return flag;
  return {
    ...flag,
    values: ['table', 'json', 'json-pretty', 'yaml', 'dot', 'mermaid', 'jsonpath=', 'jsonpointer='],
    about:
      'output format: table (a tree), json, json-pretty, yaml, dot (Graphviz), mermaid, jsonpath=PATH, jsonpointer=POINTER (default table)',
  };
}
