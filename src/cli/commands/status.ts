import { setTimeout as sleep } from 'node:timers/promises';
import { Health, HealthCheckResponse_ServingStatus } from '#gen/grpc/health/v1/health_pb.js';
import { exactArguments } from '../argument-rules.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { openClient } from '../connection.ts';
import { connectionFlags, type RemoteName } from '../connection-flags.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { RpcError } from '../rpc-error.ts';
import { UsageError } from '../usage-error.ts';

const POLL_INTERVAL_MS = 500;

/** How long one attempt to connect may take while blocking. */
const CONNECT_TIMEOUT_MS = 3000;

/** `stheno status` (contract: command line §11.1). */
export const status: Command = {
  about: `Shows whether a server is serving, as its gRPC health service says.

With --block it waits until it is.`,
  examples: [
    'stheno status --insecure-disable-transport-security',
    'stheno status --endpoint write --block -q --insecure-disable-transport-security',
  ],
  flags: [
    {
      kind: 'text',
      name: 'endpoint',
      default: 'read',
      values: ['read', 'write'],
      about: 'which API to ask, read or write (default read)',
    },
    { kind: 'switch', name: 'quiet', short: 'q', about: 'print the status alone, no progress' },
    ...connectionFlags,
  ],
  accepts: exactArguments(0),
  async run(invocation) {
    const endpoint = invocation.flags.text('endpoint');
    if (endpoint !== 'read' && endpoint !== 'write') {
      throw new UsageError(`expected one of [read, write] but got ${endpoint}`);
    }
    const name = invocation.flags.isOn('block')
      ? await untilServing(invocation, endpoint)
      : await askOnce(invocation, endpoint);
    invocation.stdout.write(`${name}\n`);
    return 0;
  },
};

async function askOnce(invocation: Invocation, endpoint: RemoteName): Promise<string> {
  using client = openClient(invocation, endpoint);
  return await ask(client);
}

async function untilServing(invocation: Invocation, endpoint: RemoteName): Promise<string> {
  const tell = (text: string) => invocation.flags.isOn('quiet') || invocation.stdout.write(text);
  using client = openClient(invocation, endpoint);
  while (!(await isConnected(client))) tell('Context deadline exceeded, going to retry.\n');
  for (;;) {
    const name = await ask(client);
    if (name === 'SERVING') return name;
    tell(`Got the status ${name}, waiting until SERVING.\n`);
    await sleep(POLL_INTERVAL_MS);
  }
}

async function isConnected(client: GrpcClient): Promise<boolean> {
  try {
    await client.connected(CONNECT_TIMEOUT_MS);
    return true;
  } catch {
    return false;
  }
}

async function ask(client: GrpcClient): Promise<string> {
  try {
    const response = await client.call(Health.method.check, {});
    return HealthCheckResponse_ServingStatus[response.status] ?? String(response.status);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new CommandFailure(`Unable to get a check response: ${error.message}\n`);
  }
}
