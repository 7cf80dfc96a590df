import { residentBytes } from '../cpu-time.ts';
import { HEALTH_PATH, healthQuestion } from '../questions.ts';
import { classRequests } from './class-questions.ts';
import { currentSnaptoken } from './current-snaptoken.ts';
import { driveRows, type Plan } from './drive-rows.ts';
import type { Endpoint } from './endpoint.ts';
import type { Measurement } from './measurement.ts';

/** The call that does nothing: what the transport alone allows. */
const HEALTH_IN_FLIGHT = 64;

/** Asks every class of questions, in each consistency, with few and many requests under way. */
export async function measureClasses(
  endpoint: Endpoint,
  { dataset, options, generator, log }: Measurement,
): Promise<void> {
  const snaptoken = options.consistencies.includes('token') ? await currentSnaptoken(endpoint) : '';
  for (const questionClass of dataset.classes) {
    const { name: kind, title } = questionClass;
    const plans = options.consistencies.flatMap((consistency): Plan[] => {
      const requests = classRequests(questionClass, consistency === 'token' ? snaptoken : '');
      return options.inFlight.map((inFlight) => ({
        kind,
        title,
        dataset: dataset.name,
        consistency,
        inFlight,
        requests,
      }));
    });
    await log.attempt(`${title} on ${endpoint.name}`, async () => {
      log.addRows(await driveRows(endpoint, plans, options, generator));
    });
  }
  if (dataset.name === 'direct') await measureHealth(endpoint, { dataset, options, generator, log });
  if (endpoint.pid !== undefined) {
    const value = residentBytes(endpoint.pid) / 2 ** 20;
    const place = { server: endpoint.name, dataset: dataset.name };
    log.addFigure({
      ...place,
      kind: 'memory',
      title: `memory of the server after ${dataset.name}`,
      value,
      unit: 'MiB',
    });
  }
}

async function measureHealth(endpoint: Endpoint, { dataset, options, generator, log }: Measurement): Promise<void> {
  const plan: Plan = {
    kind: 'health',
    title: 'health call',
    dataset: dataset.name,
    consistency: 'fresh',
    inFlight: HEALTH_IN_FLIGHT,
    requests: { path: HEALTH_PATH, questions: [healthQuestion] },
  };
  log.addRows(await driveRows(endpoint, [plan], options, generator));
}
