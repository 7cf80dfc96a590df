import { readdir, readFile } from 'node:fs/promises';
import { packageRoot } from '../../package-root.ts';

/** One step of the schema, from two files: `VERSION_NAME.up.sql` and `VERSION_NAME.down.sql`. */
export interface Migration {
  readonly version: string;
  readonly name: string;
  /** SQL texts. */
  readonly up: string;
  readonly down: string;
}

/** The migrations of a dialect in their order. */
export async function loadMigrations(dialect: 'sqlite' | 'postgres' | 'mysql'): Promise<Migration[]> {
  const folder = new URL(`migrations/${dialect}/`, packageRoot());
  const files = (await readdir(folder)).filter((file) => file.endsWith(UP)).sort();
  return Promise.all(files.map((file) => loadMigration(folder, file.slice(0, -UP.length))));
}

const UP = '.up.sql';

async function loadMigration(folder: URL, stem: string): Promise<Migration> {
  const [, version = '', name = ''] = /^(\d+)_(.+)$/.exec(stem) ?? [];
  if (version === '') throw new Error(`migration file "${stem}${UP}" is not named VERSION_NAME${UP}`);
  const [up, down] = await Promise.all(
    [UP, '.down.sql'].map((ending) => readFile(new URL(`${stem}${ending}`, folder), 'utf8')),
  );
  return { version, name, up: up ?? '', down: down ?? '' };
}
