import { ModelReadService } from '#gen/stheno/v1/model_read_service_pb.js';
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
import { modelOf, readModel } from '../read-model.ts';
import { tupleToJson } from '../tuple-json.ts';
import { TupleSurvey } from '../tuple-survey.ts';
import { visible } from '../visible.ts';

/** The exit code when tuples are not allowed; it differs from the one for a store that could not be looked at. */
const TUPLES_FOUND = 1;

/** `stheno doctor`. */
export const doctor: Command = {
  about: `Looks for stored tuples that the model does not allow: of namespaces and relations that it does not declare, with
subjects of types that it does not name, and tuples that are stored under a permit.

The model is the server's, or with --model another one. All tuples are read, at one revision; nothing is changed. The
exit code is 1 when there are such tuples.`,
  examples: ['stheno doctor --insecure-disable-transport-security', 'stheno doctor --model model/ --format json'],
  flags: [
    {
      kind: 'text',
      name: 'model',
      isFile: true,
      about: "a file or folder with another model, in OPL (default: the server's)",
    },
    ...formatFlags,
    ...connectionFlags,
  ],
  accepts: exactArguments(0),
  async run(invocation) {
    const { flags, stdout } = invocation;
    const path = flags.text('model');
    const model = path === '' ? undefined : await readModel(path);
    const survey = await request(invocation, 'read', async (client) =>
      surveyOf(model ?? (await servedModel(client)), client),
    );
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

/** The model that the server has now. */
async function servedModel(client: GrpcClient): Promise<Model> {
  const { files } = await client.call(ModelReadService.method.readModel, {});
  return modelOf(files.map(({ name, content }) => ({ name, source: content })));
}

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
  return `${findings.join('')}${counted(survey.tuples)}: ${verdict(survey)}\n`;
}

function verdict({ violations }: TupleSurvey): string {
  if (violations === 0) return 'the model allows all of them';
  return violations === 1 ? '1 is not allowed' : `${violations} are not allowed`;
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
