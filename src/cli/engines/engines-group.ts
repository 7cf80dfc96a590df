import type { Command, CommandGroup, TableRow } from '../command.ts';
import { endpointFlag } from './endpoint-flag.ts';
import { type ItemKind, policyKind, roleKind } from './item-kind.ts';

/** The commands of the legacy access control policies (contract: acp §8). */
export const enginesGroup: CommandGroup = {
  kind: 'group',
  name: 'engines',
  summary: 'Work with the legacy access control policies.',
  flags: [endpointFlag],
  rows: [
    {
      kind: 'group',
      name: 'acp',
      summary: 'Work with access control policies.',
      rows: [
        {
          kind: 'group',
          name: 'ory',
          summary: 'Work with ORY Access Control Policies.',
          rows: [
            {
              kind: 'command',
              name: 'allowed',
              summary: 'Ask whether the policies allow an action.',
              load: async () => (await import('./allowed-command.ts')).allowedCommand,
            },
            itemGroup(policyKind),
            itemGroup(roleKind),
          ],
        },
      ],
    },
  ],
};

function itemGroup(kind: ItemKind): CommandGroup {
  const { path } = kind;
  type Commands = typeof import('./item-commands.ts');
  const row = (name: string, summary: string, pick: (commands: Commands) => Command): TableRow => ({
    kind: 'command',
    name,
    summary,
    load: async () => pick(await import('./item-commands.ts')),
  });
  return {
    kind: 'group',
    name: path,
    summary: `Read and write ${path}.`,
    rows: [
      row('delete', `Delete ${path}.`, (commands) => commands.deleteItems(kind)),
      row('get', `Show ${path}.`, (commands) => commands.getItems(kind)),
      row('import', `Store the ${path} of JSON files.`, (commands) => commands.importItems(kind)),
      row('list', `List ${path}.`, (commands) => commands.listItems(kind)),
    ],
  };
}
