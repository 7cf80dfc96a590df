import { SthenoClient } from '../../../src/client/index.ts';
import { nodeTransport } from '../../../src/client/node-transport.ts';
import { openPersister } from '../../../src/persistence/sql/open-persister.ts';
import type { BuiltProgram } from '../../support/built-program.ts';
import type { TestDatabaseKind } from '../../support/databases.ts';
import { SthenoProcess } from '../../support/stheno-process.ts';

/** Two servers in processes of their own, on one database. */
export class ServerPair implements AsyncDisposable {
  readonly clients: readonly [SthenoClient, SthenoClient];
  readonly #resources: AsyncDisposable[];

  static async start(options: {
    program: BuiltProgram;
    kind: TestDatabaseKind;
    config: Readonly<Record<string, unknown>>;
  }): Promise<ServerPair> {
    const resources: AsyncDisposable[] = [];
    try {
      const database = await options.kind.create();
      resources.unshift(database);
      await (await openPersister({ dsn: database.dsn, autoMigrate: true }))[Symbol.asyncDispose]();
      const start = async (): Promise<SthenoClient> => {
        const server = await SthenoProcess.start({
          mainFile: options.program.mainFile,
          dsn: database.dsn,
          config: options.config,
        });
        resources.unshift(server);
        return new SthenoClient({
          readUrl: server.url('read'),
          writeUrl: server.url('write'),
          transport: nodeTransport(),
          retry: { maxAttempts: 1 },
        });
      };
      return new ServerPair([await start(), await start()], resources);
    } catch (error) {
      for (const resource of resources) await resource[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(clients: readonly [SthenoClient, SthenoClient], resources: AsyncDisposable[]) {
    this.clients = clients;
    this.#resources = resources;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.clients) client.close();
    for (const resource of this.#resources) await resource[Symbol.asyncDispose]();
  }
}
