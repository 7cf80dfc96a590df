import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeMs, familyCpuTimeMs, machineBusyMs } from '../cpu-time.ts';
import { Dispatch } from './dispatch.ts';
import { GrpcConnection, type PreparedMessage, prepareMessage } from './grpc-connection.ts';
import { Http1Connection, type PreparedRequest } from './http1-connection.ts';
import { Latencies } from './latencies.ts';
import type { GeneratorCommand, SentOrder } from './load-generator.ts';
import { QuestionQueue } from './question-queue.ts';
import type { WindowResult } from './window.ts';

const LOOPBACK = '127.0.0.1';
const LAST_CALL_MS = 20_000;

// The process that makes the load: it takes orders from its parent and answers each with a result or an error text.
const queues = new Map<number, QuestionQueue<PreparedMessage & PreparedRequest>>();
process.on('message', (command: GeneratorCommand) => {
  switch (command.kind) {
    case 'learn': {
      const { path, questions, areAskedOnce } = command;
      // Ready for either protocol.
      const prepare = (bytes: Buffer, isAllowed: (typeof questions)[number]['isAllowed']) => ({
        ...prepareMessage(path, bytes, isAllowed),
        request: bytes,
      });
      queues.set(command.id, new QuestionQueue(questions, prepare, areAskedOnce));
      process.send?.({});
      return;
    }
    case 'measure':
      measureWindow(command.order).then(
        (result) => process.send?.({ result }),
        (error: unknown) => process.send?.({ error: String(error) }),
      );
  }
});

async function measureWindow(order: SentOrder): Promise<WindowResult> {
  const { maxAnswers = Number.POSITIVE_INFINITY } = order;
  const asked = new Latencies();
  const written = new Latencies();
  const failures: string[] = [];
  const end = new AbortController();
  const dispatch = new Dispatch(nextRequest(order));
  const connections = open(order, dispatch.next, {
    answered: (sent, latencyMs) => {
      dispatch.answered();
      (sent.path === order.writes?.path ? written : asked).add(latencyMs);
      if (asked.count >= maxAnswers) end.abort();
    },
    failed: (reason) => {
      failures.push(reason);
      end.abort();
    },
  });
  try {
    await sleepUntil(order.warmUpMs, end.signal);
    for (const latencies of [asked, written]) latencies.clear();
    const before = readClocks(order);
    await sleepUntil(order.windowMs, end.signal);
    // A window without an answer measures nothing: it goes on until there is one.
    for (let waitedMs = 0; asked.count === 0 && waitedMs < LAST_CALL_MS && !end.signal.aborted; waitedMs += 50) {
      await sleepUntil(50, end.signal);
    }
    const after = readClocks(order);
    if (failures[0] !== undefined) throw new Error(failures[0]);
    if (asked.count === 0) throw new Error(`no answer within ${order.windowMs + LAST_CALL_MS} ms`);
    const result = resultOf(before, after, asked, order.writes === undefined ? undefined : written);
    // What was sent is answered before its connection closes: of a write it would not be known whether it happened.
    await dispatch.end(LAST_CALL_MS);
    if (failures[0] !== undefined) throw new Error(failures[0]);
    return result;
  } finally {
    for (const connection of connections) connection.close();
  }
}

function resultOf(before: Clocks, after: Clocks, asked: Latencies, written: Latencies | undefined): WindowResult {
  const serverCpuMs = after.server - before.server;
  const databaseCpuMs = after.database - before.database;
  const generatorCpuMs = after.generator - before.generator;
  const named = serverCpuMs + databaseCpuMs + generatorCpuMs;
  return {
    requests: asked.count + (written?.count ?? 0),
    wallMs: after.wall - before.wall,
    serverCpuMs,
    generatorCpuMs,
    databaseCpuMs,
    elsewhereCpuMs: Math.max(0, after.machine - before.machine - named),
    p50Ms: asked.percentile(0.5),
    p99Ms: asked.percentile(0.99),
    writes: written && {
      requests: written.count,
      p50Ms: written.percentile(0.5),
      p99Ms: written.percentile(0.99),
    },
  };
}

interface Clocks {
  readonly wall: number;
  readonly server: number;
  readonly database: number;
  readonly generator: number;
  readonly machine: number;
}

function readClocks({ pid, databasePid }: SentOrder): Clocks {
  return {
    wall: performance.now(),
    server: pid === undefined ? 0 : cpuTimeMs(pid),
    database: databasePid === undefined ? 0 : familyCpuTimeMs(databasePid),
    generator: cpuTimeMs(process.pid),
    machine: machineBusyMs(),
  };
}

/** All connections take their questions from one queue, so that they do not ask the same thing at the same moment. */
function open(
  order: SentOrder,
  next: () => (PreparedMessage & PreparedRequest) | undefined,
  answers: { answered(sent: { path: string }, latencyMs: number): void; failed(reason: string): void },
): { close(): void }[] {
  const { host = LOOPBACK, port, connections, inFlight } = order;
  return Array.from({ length: connections }, () =>
    order.protocol === 'http1'
      ? new Http1Connection({ host, port, next, answers })
      : new GrpcConnection({ host, port, next, inFlight, answers }),
  );
}

/** A question, or a write whenever fewer than their share of the requests were writes. */
function nextRequest({ questions, writes }: SentOrder): () => PreparedMessage & PreparedRequest {
  const asked = queueOf(questions);
  if (writes === undefined) return () => asked.next();
  const written = queueOf(writes.questions);
  let requests = 0;
  let writesSoFar = 0;
  return () => {
    requests++;
    if (writesSoFar >= Math.floor(requests * writes.share)) return asked.next();
    writesSoFar++;
    return written.next();
  };
}

function queueOf(id: number): QuestionQueue<PreparedMessage & PreparedRequest> {
  const queue = queues.get(id);
  if (queue === undefined) throw new Error(`BUG: the questions ${id} were never sent`);
  return queue;
}

async function sleepUntil(timeMs: number, signal: AbortSignal): Promise<void> {
  // A signal that has come already, or comes meanwhile, ends the sleep: what it means is looked at afterwards.
  await sleep(timeMs, undefined, { signal }).catch(() => {});
}
