import { ChannelCredentials } from '@grpc/grpc-js';
import type { Invocation } from './command.ts';
import { CommandFailure } from './command-failure.ts';
import { REMOTES, type RemoteName } from './connection-flags.ts';
import { GrpcClient } from './grpc-client.ts';
import { systemRootCertificates } from './root-certificates.ts';
import { RpcError } from './rpc-error.ts';
import { UsageError } from './usage-error.ts';
import { visible } from './visible.ts';

type ConnectionContext = Pick<Invocation, 'flags' | 'env' | 'stderr'>;

/**
 * A client of the API that the flags and the environment name. It is connected only with `--block`.
 *
 * @throws {UsageError} when the flags contradict each other.
 * Source: contract, command line §3.
 */
export async function connect(context: ConnectionContext, name: RemoteName): Promise<GrpcClient> {
  const client = openClient(context, name);
  if (context.flags.isOn('block')) await client.connected();
  return client;
}

/** As {@link connect}, without regard to `--block`. */
export function openClient(context: ConnectionContext, name: RemoteName): GrpcClient {
  const { flags, env } = context;
  const remote = remoteAddress(context, name);
  if (remote === '') throw new UsageError(`the address of the ${name} API must not be empty`);
  const bearerToken = env.KETO_BEARER_TOKEN || undefined;
  if (bearerToken !== undefined && flags.isOn('insecure-disable-transport-security')) {
    throw new UsageError(
      'grpc: the credentials require transport level security (use grpc.WithTransportCredentials() to set)',
    );
  }
  const authority = flags.isGiven('authority') ? flags.text('authority') : env.KETO_AUTHORITY;
  return new GrpcClient({
    // Other gRPC clients take this scheme for an address that needs no resolver; this one has no name for it.
    target: remote.replace(/^passthrough:\/\/\/?/, ''),
    credentials: channelCredentials(context),
    authority: authority || undefined,
    bearerToken,
  });
}

/**
 * Connects, asks and turns a failed request into the text of the contract.
 *
 * @throws {CommandFailure} when the request fails.
 */
export async function request<T>(
  context: ConnectionContext,
  name: RemoteName,
  ask: (client: GrpcClient) => Promise<T>,
): Promise<T> {
  using client = await connect(context, name);
  try {
    return await ask(client);
  } catch (error) {
    throw error instanceof RpcError ? new CommandFailure(failureText(error, context)) : error;
  }
}

/** The contract's text is a single line, which programs may read. People get the reason too. */
function failureText({ message, reason }: RpcError, { stderr }: ConnectionContext): string {
  const isTerminal = 'isTTY' in stderr && stderr.isTTY === true;
  const shown = reason === undefined ? undefined : visible(reason);
  return `Could not make request: ${message}\n${isTerminal && shown !== undefined ? `Reason: ${shown}\n` : ''}`;
}

function remoteAddress({ flags, env, stderr }: ConnectionContext, name: RemoteName): string {
  const { flag, variable } = REMOTES[name];
  const given = flags.isGiven(flag) ? flags.text(flag) : env[variable];
  if (given === undefined) {
    const address = flags.text(flag);
    stderr.write(`neither flag --${flag} nor env var ${variable} are set, falling back to ${address}\n`);
    return address;
  }
  if (/^https?:\/\//.test(given)) {
    stderr.write(`remote "${given}" seems to be an http URL instead of a remote address\n`);
  }
  return given;
}

function channelCredentials({ flags, env }: ConnectionContext): ChannelCredentials {
  if (flags.isOn('insecure-disable-transport-security')) return ChannelCredentials.createInsecure();
  // The gRPC library names the server even when its name is an IP address, and Node.js would complain on the error
  // output.
  process.noDeprecation = true;
  const isVerified = !flags.isOn('insecure-skip-hostname-verification');
  return ChannelCredentials.createSsl(isVerified ? systemRootCertificates(env) : null, null, null, {
    rejectUnauthorized: isVerified,
  });
}
