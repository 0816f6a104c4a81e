import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Revocations } from './revocations.ts';
import { RECORDED_AT, recordedCertificate, recordedChain } from './testing/recorded-chains.ts';
import { verifyChain, type ChainVerdict } from './verify-chain.ts';

const anchor = recordedCertificate('authorities/ed25519');
const revocations = new Revocations([]);

function verdictOn(sent: readonly Uint8Array[]): ChainVerdict {
  return verifyChain({ sent, anchor, now: RECORDED_AT, revocations });
}

/** A refusal has words for it; anything thrown fails the test. */
function assertRefused(sent: readonly Uint8Array[], what: string): void {
  const verdict = verdictOn(sent);
  assert.ok(verdict.kind === 'refused', `${what} was verified`);
  assert.match(verdict.message, /^[ -~]+$/, what);
}

/** One for each kind of signature. */
const CHAINS = [
  'leaves/info-hello-under-sub',
  'leaves/info-hello-p256-under-p256',
  'leaves/info-hello-p384-under-p384',
  'leaves/info-hello-p521-under-p521',
  'leaves/info-hello-rsa2048-under-rsa2048',
].map((name) => ({ name, sent: recordedChain(name) }));

describe('a chain of which something was changed', () => {
  for (const [place, { name, sent }] of CHAINS.entries())
    it(`is refused, whichever byte of ${name} it is`, () => {
      assert.equal(verdictOn(sent).kind, 'verified');
      for (const [index, der] of sent.entries())
        // Every byte of one, and of the others as many as take no longer.
        for (let at = 0; at < der.length; at += place === 0 ? 1 : 7) {
          const changed = Uint8Array.from(der);
          changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
          assertRefused(sent.with(index, changed), `byte ${at} of certificate ${index}`);
        }
    });

  const change = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
    fc.record({
      kind: fc.constant('remove' as const),
      at: fc.nat(),
      count: fc.integer({ min: 1, max: 64 }),
    }),
    fc.record({
      kind: fc.constant('repeat' as const),
      at: fc.nat(),
      count: fc.integer({ min: 1, max: 64 }),
    }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
    fc.record({
      kind: fc.constant('add' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    }),
  );
  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

  function applied(bytes: Uint8Array, one: Change): Uint8Array {
    const at = 'at' in one && bytes.length > 0 ? one.at % bytes.length : 0;
    const before = bytes.subarray(0, at);
    switch (one.kind) {
      case 'set':
        return Buffer.concat([before, Buffer.of(one.byte), bytes.subarray(at + 1)]);
      case 'remove':
        return Buffer.concat([before, bytes.subarray(at + one.count)]);
      case 'repeat':
        return Buffer.concat([before, bytes.subarray(at, at + one.count), bytes.subarray(at)]);
      case 'cut':
        return before;
      case 'add':
        return Buffer.concat([bytes, one.bytes]);
    }
  }

  it('is refused, or it is the same as before', () => {
    const place = fc.record({ chain: fc.nat(CHAINS.length - 1), certificate: fc.nat() });
    fc.assert(
      fc.property(place, fc.array(change, { minLength: 1, maxLength: 8 }), (where, changes) => {
        const { sent, name } = CHAINS[where.chain] ?? { sent: [], name: '' };
        const index = where.certificate % sent.length;
        const der = sent[index] ?? new Uint8Array();
        const changed = changes.reduce(applied, der);
        if (Buffer.compare(der, changed) === 0) return;
        assertRefused(sent.with(index, changed), name);
      }),
      { numRuns: 5000 },
    );
  });

  it('is refused when it is not one at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (sent) => {
        assertRefused(sent, 'bytes');
      }),
    );
  });

  it('is verified with the changed certificate beside the real one, which alone is in the path', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, at, mask) => {
        const { sent } = CHAINS[0] ?? { sent: [] };
        const [leaf = new Uint8Array(), ...others] = sent;
        const changed = Uint8Array.from(others[which % others.length] ?? []);
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ mask;
        const verdict = verdictOn([leaf, changed, ...others]);
        if (verdict.kind === 'refused') assert.equal(verdict.reason, 'malformed');
        else
          assert.deepEqual(
            verdict.path.map(({ der }) => der),
            sent,
          );
      }),
      { numRuns: 2000 },
    );
  });
});
