import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DATASET_MODEL } from '../datasets/dataset-model.ts';
import { scratchFolder, startStheno } from '../stheno.ts';
import type { BenchedServer } from './endpoint.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { ServerKind } from './server-kind.ts';

/** Where a dataset is stored, and the model that it is asked with. */
export interface Home {
  readonly dsn: string;
  readonly modelFile: string;
  readonly databasePid: number | undefined;
}

/** An empty database; SQLite's file and the model are in the folder. */
export async function openHome(
  dialect: ServerKind['dialect'],
  database: string,
  folder: string,
  postgres: PostgresServer | undefined,
): Promise<Home> {
  const modelFile = path.join(folder, 'namespaces.keto.ts');
  writeFileSync(modelFile, DATASET_MODEL);
  if (dialect === 'sqlite') {
    return { dsn: `sqlite://${path.join(folder, 'bench.sqlite')}`, modelFile, databasePid: undefined };
  }
  if (postgres === undefined) throw new Error('BUG: a database on PostgreSQL needs a PostgreSQL');
  return { dsn: await postgres.createDatabase(database), modelFile, databasePid: postgres.pid };
}

/** Each server has a folder of its own, so that two can run on one database. */
export async function startServer(
  kind: ServerKind,
  { dsn, modelFile, databasePid }: Home,
  nodeOptions: readonly string[] = [],
): Promise<BenchedServer> {
  const folder = scratchFolder();
  const { settings } = kind;
  const stheno = await startStheno({ dsn, folder: folder.path, modelFile, settings, nodeOptions });
  return {
    endpoint: {
      name: kind.name,
      host: '127.0.0.1',
      readPort: stheno.port,
      writePort: stheno.writePort,
      metricsPort: stheno.metricsPort,
      pid: stheno.pid,
      databasePid,
    },
    async [Symbol.asyncDispose]() {
      await stheno[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
