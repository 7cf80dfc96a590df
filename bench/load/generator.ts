import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeMs, machineBusyMs } from '../cpu-time.ts';
import { type Answers, GrpcConnection, prepareMessage } from './grpc-connection.ts';
import { Http1Connection } from './http1-connection.ts';
import { Latencies } from './latencies.ts';
import type { WindowOrder, WindowResult } from './window.ts';

// The process that makes the load: it takes orders from its parent and answers each with a result or an error text.
process.on('message', (order: WindowOrder) => {
  measureWindow(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function measureWindow(order: WindowOrder): Promise<WindowResult> {
  const latencies = new Latencies();
  const failures: string[] = [];
  const connections = open(order, {
    answered: (latencyMs) => latencies.add(latencyMs),
    failed: (reason) => failures.push(reason),
  });
  try {
    await sleep(order.warmUpMs);
    latencies.clear();
    const before = readClocks(order.pid);
    await sleep(order.windowMs);
    const after = readClocks(order.pid);
    if (failures[0] !== undefined) throw new Error(failures[0]);
    if (latencies.count === 0) throw new Error(`no answer within ${order.windowMs} ms`);
    const serverCpuMs = after.server - before.server;
    const generatorCpuMs = after.generator - before.generator;
    return {
      requests: latencies.count,
      wallMs: after.wall - before.wall,
      serverCpuMs,
      generatorCpuMs,
      elsewhereCpuMs: Math.max(0, after.machine - before.machine - serverCpuMs - generatorCpuMs),
      p50Ms: latencies.percentile(0.5),
      p99Ms: latencies.percentile(0.99),
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function readClocks(pid: number): { wall: number; server: number; generator: number; machine: number } {
  return {
    wall: performance.now(),
    server: cpuTimeMs(pid),
    generator: cpuTimeMs(process.pid),
    machine: machineBusyMs(),
  };
}

/** Connections begin at different questions, so that they do not ask the same thing at the same moment. */
function open(order: WindowOrder, answers: Answers): { close(): void }[] {
  const { port, path, connections, inFlight, questions } = order;
  const firsts = Array.from({ length: connections }, (_, index) =>
    Math.floor((index * questions.length) / connections),
  );
  const decoded = questions.map(({ bytes, isAllowed }) => ({ bytes: Buffer.from(bytes, 'base64'), isAllowed }));
  if (order.protocol === 'http1') {
    const prepared = decoded.map(({ bytes, isAllowed }) => ({ request: bytes, isAllowed }));
    return firsts.map((firstQuestion) => new Http1Connection({ port, questions: prepared, firstQuestion, answers }));
  }
  const prepared = decoded.map(({ bytes, isAllowed }) => prepareMessage(bytes, isAllowed));
  return firsts.map(
    (firstQuestion) => new GrpcConnection({ port, path, questions: prepared, firstQuestion, inFlight, answers }),
  );
}
