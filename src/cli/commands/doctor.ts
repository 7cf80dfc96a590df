import { TupleReadService } from '#gen/stheno/v1/tuple_read_service_pb.js';
import type { Model } from '../../namespace/model.ts';
import { tupleProblem } from '../../namespace/tuple-rule.ts';
import { tupleFromProto } from '../../service/messages.ts';
import { formatTuple } from '../../tuple/tuple-text.ts';
import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { formatFlags } from '../output/format-flags.ts';
import type { JsonObject } from '../output/json.ts';
import { formatResult } from '../output/output.ts';
import { readModel } from '../read-model.ts';
import { tupleToJson } from '../tuple-json.ts';
import { TupleSurvey } from '../tuple-survey.ts';
import { UsageError } from '../usage-error.ts';

/** The exit code when tuples are not allowed; it differs from the one for a store that could not be looked at. */
const TUPLES_FOUND = 1;

/** `stheno doctor`. */
export const doctor: Command = {
  about: `Looks for stored tuples that a model does not allow: of namespaces and relations that it does not declare, with
subjects of types that it does not name, and tuples that are stored under a permit.

All tuples are read, at one revision; nothing is changed. The exit code is 1 when there are such tuples.`,
  examples: [
    'stheno doctor --model namespaces.keto.ts --insecure-disable-transport-security',
    'stheno doctor --model model/ --format json',
  ],
  flags: [
    { kind: 'text', name: 'model', isFile: true, about: 'the file or folder of the model, in OPL' },
    ...formatFlags,
    ...connectionFlags,
  ],
  accepts: exactArguments(0),
  async run(invocation) {
    const { flags, stdout } = invocation;
    if (flags.text('model') === '') throw new UsageError('the flag --model is missing');
    const model = await readModel(flags.text('model'));
    const survey = await request(invocation, 'read', (client) => surveyOf(model, client));
    stdout.write(
      formatResult(flags, {
        data: surveyJson(survey),
        table: () => surveyText(survey),
        quiet: () => `${survey.violations}\n`,
      }),
    );
    return survey.violations > 0 ? TUPLES_FOUND : 0;
  },
};

async function surveyOf(model: Model, client: GrpcClient): Promise<TupleSurvey> {
  const survey = new TupleSurvey({ problemOf: (tuple) => tupleProblem(tuple, model) });
  for await (const { tuples } of client.stream(TupleReadService.method.export, {})) {
    for (const tuple of tuples) survey.add(tupleFromProto(tuple));
  }
  return survey;
}

function surveyText(survey: TupleSurvey): string {
  const findings = survey.findings().map(({ namespace, relation, message, count, examples }) => {
    const lines = examples.map((tuple) => `    ${visible(formatTuple(tuple))}\n`);
    const more = count > examples.length ? '    …\n' : '';
    return `${visible(`${namespace}#${relation}`)}: ${visible(message)} (${counted(count)})\n${lines.join('')}${more}`;
  });
  const summary = survey.violations === 0 ? 'the model allows all of them' : `${survey.violations} are not allowed`;
  return `${findings.join('')}${counted(survey.tuples)}: ${summary}\n`;
}

function surveyJson(survey: TupleSurvey): JsonObject {
  return {
    tuples: survey.tuples,
    violations: survey.violations,
    findings: survey
      .findings()
      .map(({ examples, ...finding }) => ({ ...finding, examples: examples.map(tupleToJson) })),
  };
}

function counted(count: number): string {
  return `${count} tuple${count === 1 ? '' : 's'}`;
}

/** Names may be anything: control characters are replaced. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
