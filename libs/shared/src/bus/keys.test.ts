import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateKey, readKey } from './keys.ts';

describe('a key', () => {
  it("has a seed of a user and that user's public key", () => {
    const { seed, publicKey } = generateKey();
    assert.match(seed, /^SU[A-Z2-7]+$/);
    assert.match(publicKey, /^U[A-Z2-7]+$/);
  });

  it('is another every time', () => {
    assert.notEqual(generateKey().seed, generateKey().seed);
  });

  it('is read back from its seed, as it stands in a file', () => {
    const key = generateKey();
    assert.deepEqual(readKey(`${key.seed}\n`), key);
  });

  it('is not read from a damaged seed, a public key or nothing', () => {
    const { seed, publicKey } = generateKey();
    const at = 20;
    const damaged = seed.slice(0, at) + (seed[at] === 'A' ? 'B' : 'A') + seed.slice(at + 1);
    for (const text of [damaged, seed.slice(0, -1), publicKey, '', 'SU']) {
      assert.throws(() => readKey(text), text);
    }
  });
});
