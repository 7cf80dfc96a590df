import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/differences.md', ROOT), 'utf8');
const [listed = '', pinned = ''] = text.split('## Where each is pinned');

/** The first cell of every row that is not a head. */
const differences = [...listed.matchAll(/^\| (\d+|[A-Z]+) \|/gm)].map(([, name = '']) => name);
const pins = [...pinned.matchAll(/^\| (\S+) \| \[(\S+)\]\(\S+\) \| (.*) \|$/gm)].map(
  ([, difference = '', file = '', title = '']) => ({ difference, file, title }),
);

describe('the differences from Keto', () => {
  it('are each listed once, and each pinned', () => {
    assert.equal(new Set(differences).size, differences.length);
    assert.ok(differences.length > 40);
    assert.deepEqual(pins.map(({ difference }) => difference).sort(), [...differences].sort());
  });

  for (const { difference, file, title } of pins) {
    it(`have a test of ${difference}: ${title}`, () => {
      const content = readFileSync(new URL(file, ROOT), 'utf8');
      if (file.endsWith('.json')) assert.ok(isOverridden(JSON.parse(content) as Recording, difference, title));
      else assert.ok(content.includes(title), `${file} has no such test`);
    });
  }
});

interface Override {
  readonly decision: number | string;
}
interface Recording {
  readonly cases?: readonly { readonly name: string; readonly steps: readonly { readonly stheno?: Override }[] }[];
  readonly documents?: readonly { readonly name: string; readonly differs?: Override }[];
  readonly worlds?: readonly { readonly name: string; readonly differs?: Record<string, Record<string, Override>> }[];
}

/** Whether the case expects another answer than Keto's because of the difference. */
function isOverridden({ cases = [], documents = [], worlds = [] }: Recording, difference: string, title: string) {
  const overrides = [
    ...cases.map(({ name, steps }) => ({ name, by: steps.map(({ stheno }) => stheno) })),
    ...documents.map(({ name, differs }) => ({ name, by: [differs] })),
    ...worlds.map(({ name, differs = {} }) => ({ name, by: Object.values(differs).flatMap(Object.values<Override>) })),
  ].filter(({ name }) => name === title);
  const decision = difference === 'OPL' ? 'leniencies' : difference;
  return overrides.some(({ by }) => by.some((override) => String(override?.decision) === decision));
}
