import { residentBytes } from '../cpu-time.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { WindowResult } from '../load/window.ts';
import { classRequests } from './class-questions.ts';
import type { BenchedServer, Endpoint } from './endpoint.ts';
import type { ResultLog } from './result-log.ts';
import type { ServerKind } from './server-kind.ts';
import { metricValue, readMetrics, untilGraphLoaded } from './server-metrics.ts';

const FIRST_ANSWERS = 1000;
const LIMIT_MS = 60_000;

/** From the start of the process, on stored data: to the first right answer, the next thousand, and the loaded graph. */
export async function measureStart(
  start: () => Promise<BenchedServer>,
  { kind, dataset, generator, log }: { kind: ServerKind; dataset: Dataset; generator: LoadGenerator; log: ResultLog },
): Promise<void> {
  const [questionClass] = dataset.classes;
  if (questionClass === undefined) throw new Error(`${dataset.name} has no questions`);
  const requests = classRequests({ ...questionClass, checks: questionClass.checks.slice(0, FIRST_ANSWERS + 1) }, '');
  await generator.prepare(requests.path, requests.questions);

  const began = performance.now();
  await using server = await start();
  const { endpoint } = server;
  const addFigure = (figure: string, title: string, value: number, unit = 's') =>
    log.addFigure({ server: endpoint.name, dataset: dataset.name, kind: figure, title, value, unit });
  const ask = (maxAnswers: number): Promise<WindowResult> =>
    generator.measure({
      protocol: 'grpc',
      host: endpoint.host,
      port: endpoint.readPort,
      pid: endpoint.pid,
      ...requests,
      connections: 1,
      inFlight: 1,
      warmUpMs: 0,
      windowMs: LIMIT_MS,
      maxAnswers,
    });
  await ask(1);
  addFigure('first-answer', 'start to first right answer', (performance.now() - began) / 1000);
  const graph = kind.hasGraph ? untilGraphLoaded(endpoint).then(() => performance.now()) : undefined;
  const first = await ask(FIRST_ANSWERS);
  addFigure('first-answers', `the next ${FIRST_ANSWERS.toLocaleString('en')} answers`, first.wallMs / 1000);
  if (graph === undefined) return;
  addFigure('graph-loaded', 'start to loaded graph', ((await graph) - began) / 1000);
  await addMemory(endpoint, addFigure);
}

async function addMemory(
  endpoint: Endpoint,
  addFigure: (figure: string, title: string, value: number, unit: string) => void,
): Promise<void> {
  const metrics = await readMetrics(endpoint);
  const bytes = metricValue(metrics, 'stheno_graph_bytes');
  const tuples = metricValue(metrics, 'stheno_graph_tuples');
  if (bytes !== undefined && tuples !== undefined) {
    addFigure('graph-memory', 'graph', bytes / tuples, 'bytes a tuple');
  }
  if (endpoint.pid !== undefined) {
    addFigure('memory-at-start', 'memory of the server, graph loaded', residentBytes(endpoint.pid) / 2 ** 20, 'MiB');
  }
}
