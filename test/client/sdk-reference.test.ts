import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { REFERENCE, renderSdkReference } from '../../scripts/generate-sdk-reference.ts';

describe('the reference of the client', () => {
  it('is what the doc comments say', () => {
    assert.equal(readFileSync(REFERENCE, 'utf8'), renderSdkReference());
  });
});
