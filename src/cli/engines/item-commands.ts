import type { Command } from '../command.ts';
import type { EngineClient } from './engine-client.ts';
import { readImportFile } from './import-file.ts';
import type { ItemKind } from './item-kind.ts';
import { openEngine } from './open-engine.ts';
import { printJson, shownItem } from './print-items.ts';

/** `stheno engines acp ory policies import`, and the same for roles (contract: acp §8). */
export function importItems(kind: ItemKind): Command {
  const { path, one, operations } = kind;
  return {
    args: '<flavor> <file.json> [<file-2.json>, [<file-3.json>, [<...>]]]',
    about: `Stores the ${path} of JSON files, each of which holds an array of them.

It stops at the first that cannot be stored; those before it stay.`,
    examples: [`stheno engines acp ory ${path} import exact ${path}.json`],
    async run(invocation) {
      const { client, flavor, args } = await openEngine(invocation, { command: [path, 'import'], leastArguments: 2 });
      for (const file of args) {
        for (const body of readImportFile(file, kind)) {
          await client.send({
            method: 'PUT',
            path: `/${path}`,
            segments: { flavor },
            body,
            operation: operations.upsert,
            answers: [200],
            failure: `Unable to import ${one}`,
          });
        }
      }
      return 0;
    },
  };
}

/** `… get`. */
export function getItems(kind: ItemKind): Command {
  const { path, one, operations } = kind;
  return {
    args: '<flavor> <id> [<id-2>, [<...>]]',
    about: `Shows the ${path} with these ids. It stops at the first that does not exist.`,
    examples: [`stheno engines acp ory ${path} get exact my-id`],
    async run(invocation) {
      const { client, flavor, args } = await openEngine(invocation, { command: [path, 'get'], leastArguments: 2 });
      for (const id of args) {
        const document = await client.send({
          method: 'GET',
          path: `/${path}/{id}`,
          segments: { flavor, id },
          operation: operations.get,
          answers: [200],
          failure: `Unable to get ${one}`,
        });
        printJson(invocation.stdout, shownItem(document ?? null, kind));
      }
      return 0;
    },
  };
}

/** `… list`. */
export function listItems(kind: ItemKind): Command {
  const { path } = kind;
  return {
    args: '<flavor>',
    about: `Lists ${path} in the order in which they were first stored.`,
    examples: [`stheno engines acp ory ${path} list exact --limit 10 --offset 20`],
    flags: [
      { kind: 'integer', name: 'limit', default: 100, about: 'how many at most, up to 500 (default 100)' },
      { kind: 'integer', name: 'offset', default: 0, about: 'how many are skipped' },
      ...(path === 'roles'
        ? [{ kind: 'text', name: 'member', about: 'only the roles of the page that have this member' } as const]
        : []),
    ],
    async run(invocation) {
      const { flags, stdout } = invocation;
      const { client, flavor } = await openEngine(invocation, { command: [path, 'list'], leastArguments: 1 });
      const member = path === 'roles' ? flags.text('member') : '';
      const page = { limit: `${flags.integer('limit')}`, offset: `${flags.integer('offset')}` };
      const items = await fetchList(client, flavor, kind, { ...page, ...(member === '' ? {} : { member }) });
      printJson(stdout, Array.isArray(items) ? items.map((item) => shownItem(item, kind)) : []);
      return 0;
    },
  };
}

function fetchList(
  client: EngineClient,
  flavor: string,
  { path, many, operations }: ItemKind,
  query: Readonly<Record<string, string>>,
) {
  return client.send({
    method: 'GET',
    path: `/${path}`,
    segments: { flavor },
    query,
    operation: operations.list,
    answers: [200],
    failure: `Unable to list ${many}`,
  });
}

/** `… delete`. */
export function deleteItems({ path, one, operations }: ItemKind): Command {
  return {
    args: '<flavor> <id> [<id-2>, [<...>]]',
    about: `Deletes the ${path} with these ids; that one does not exist is fine.`,
    examples: [`stheno engines acp ory ${path} delete exact my-id`],
    async run(invocation) {
      const { client, flavor, args } = await openEngine(invocation, { command: [path, 'delete'], leastArguments: 2 });
      for (const id of args) {
        await client.send({
          method: 'DELETE',
          path: `/${path}/{id}`,
          segments: { flavor, id },
          operation: operations.delete,
          answers: [204],
          failure: `Unable to delete ${one}`,
        });
      }
      return 0;
    },
  };
}
