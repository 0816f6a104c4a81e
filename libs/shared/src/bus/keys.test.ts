import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { nkeys } from 'nats';
import { describe, it } from 'node:test';
import { generateKey, prover, readKey } from './keys.ts';
import { seedText } from './nkey-text.ts';

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

  it("is written, read and proved as the package's own", () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const holds = fc.property(bytes, fc.string({ minLength: 1 }), (raw, nonce) => {
      const seed = seedText(raw);
      const theirs = nkeys.fromSeed(Buffer.from(seed));
      const { nkey, sig } = prover(seed)(nonce);
      assert.equal(nkey, theirs.getPublicKey());
      assert.deepEqual(Buffer.from(sig, 'base64url'), Buffer.from(theirs.sign(Buffer.from(nonce))));
    });
    fc.assert(holds, { numRuns: 20 });
  });

  it('is not read from what differs from a seed in one character', () => {
    const { seed } = generateKey();
    const place = fc.nat({ max: seed.length - 1 });
    const holds = fc.property(place, fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
      fc.pre(seed[at] !== other);
      assert.throws(() => readKey(seed.slice(0, at) + other + seed.slice(at + 1)));
    });
    fc.assert(holds);
  });
});
