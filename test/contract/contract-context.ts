import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { TupleReader } from '../../src/persistence/tuple-reader.ts';
import type { RelationTuple, TupleDelta } from '../../src/tuple/relation-tuple.ts';
import type { TestDatabaseKind } from '../support/databases.ts';
import { parseTestTuple, type TestTuple } from '../support/parse-test-tuple.ts';

/** A test of the contract: it gets a persister on an empty database. */
export type PersisterTest = (persister: OpenedPersister) => Promise<void>;

/** A part of the contract that every persister must meet: what it promises, and how that is shown. */
export type PersisterContract = Readonly<Record<string, PersisterTest>>;

/** Runs a test on an empty, migrated database of a kind. */
export async function withPersister(kind: TestDatabaseKind, test: PersisterTest): Promise<void> {
  await using database = await kind.create();
  await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
  await test(persister);
}

/** `+n:o#r@s` inserts, `-n:o#r@s` deletes. */
export function deltas(...texts: string[]): TupleDelta[] {
  return texts.map((text) => ({
    action: text.startsWith('+') ? 'insert' : 'delete',
    tuple: parseTestTuple(text.slice(1)),
  }));
}

export function tuples(...texts: TestTuple[]): RelationTuple[] {
  return texts.map(parseTestTuple);
}

export function inserts(all: readonly RelationTuple[]): TupleDelta[] {
  return all.map((tuple) => ({ action: 'insert', tuple }));
}

/** All stored tuples. */
export async function readAll(reader: TupleReader): Promise<readonly RelationTuple[]> {
  const page = await reader.listTuples({}, { limit: 1_000_000 });
  return page.tuples;
}
