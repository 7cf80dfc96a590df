import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const LINK = /\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

describe('the documentation', () => {
  for (const page of pages()) {
    it(`has no broken link in ${page}`, () => {
      assert.deepEqual(brokenLinks(page), []);
    });
  }

  it('shows the commands that start and test the project', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
      assert.ok(readme.includes(`\`\`\`sh\n${command}\n\`\`\``), `README.md lost '${command}'`);
    }
  });
});

function pages(): string[] {
  const folders = ['.', 'docs', 'docs/adr', 'bench'];
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(folder, name)),
  );
}

/** Links to files that do not exist and to headings that their page does not have. */
function brokenLinks(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(LINK)]
    .filter(([, file = '', heading]) => {
      const target = file === '' ? page : path.join(path.dirname(page), file);
      return !existsSync(target) || (heading !== undefined && !headings(target).includes(heading));
    })
    .map(([link]) => link);
}

/** The headings of a page as anchors, the way that repository hosts make them. */
function headings(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
