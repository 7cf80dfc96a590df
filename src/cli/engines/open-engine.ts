import { FLAVORS, isFlavor } from '../../policy/flavor.ts';
import type { Invocation } from '../command.ts';
import { findCommand } from '../find-command.ts';
import { usageSubject } from '../program.ts';
import { formatUsage } from '../usage-text.ts';
import { endpointFlag } from './endpoint-flag.ts';
import { EngineClient } from './engine-client.ts';
import { engineFailure } from './engine-failure.ts';

/** What a command below `engines` works with. */
export interface Engine {
  readonly client: EngineClient;
  readonly flavor: string;
  /** The arguments behind the flavor. */
  readonly args: readonly string[];
}

const ENGINES = ['engines', 'acp', 'ory'];

/**
 * Reads what all these commands have: number of arguments, flavor and endpoint, in this order (contract: acp §8).
 * `command` are the words behind those of the group; surplus arguments are let through.
 * @throws {CommandFailure} for the first of them that is wrong
 */
export async function openEngine(
  invocation: Invocation,
  {
    group = ENGINES,
    command,
    leastArguments,
  }: { group?: readonly string[]; command: readonly string[]; leastArguments: number },
): Promise<Engine> {
  const { args, flags, env, stdout } = invocation;
  const usage = async () => formatUsage(await usageSubject(findCommand(invocation.table, [...group, ...command])));
  const [flavor = '', ...rest] = args;
  if (args.length < leastArguments) {
    const problem = `Expected at least ${leastArguments} command line arguments but only got ${args.length}.`;
    throw engineFailure(`${await usage()}\n${problem}`);
  }
  if (!isFlavor(flavor)) {
    throw engineFailure(
      `ORY Access Control Policy flavor ${flavor} is currently not supported, please choose one of: [${FLAVORS.join(' ')}]`,
    );
  }
  const endpoint = flags.text(endpointFlag.name) || env.KETO_URL;
  if (!endpoint) {
    stdout.write(await usage());
    throw engineFailure(
      'Please set the location of the ORY Keto server by using the --endpoint flag or the KETO_URL environment variable.',
    );
  }
  return { client: new EngineClient({ endpoint }), flavor, args: rest };
}
