import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { renderGrpcReference } from '../../scripts/generate-grpc-reference.ts';

describe('docs/grpc-reference.md', () => {
  const page = renderGrpcReference();

  it('is made from the comments of proto/', () => {
    const renew = 'run: npx tsx scripts/generate-grpc-reference.ts';
    assert.ok(readFileSync('docs/grpc-reference.md', 'utf8') === page, renew);
  });

  it('has a comment for everything in it', () => {
    const uncommented = [...page.matchAll(/^#+ (.*)\n\n(?:`rpc.*\n\n)?\n|^(\|.*)\| {2}\|$/gm)];
    assert.deepEqual(
      uncommented.map(([, heading, row]) => heading ?? row),
      [],
    );
  });
});
