import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runFuzz, type FuzzResult } from './fuzz/run-fuzz.ts';

/** Far more than any of these takes, far less than a hang. */
const timeout = 120_000;

const bounds = { hangMs: 20_000, heapMibMax: 512 };

async function planted(
  fault: string,
  few: Partial<typeof bounds> = {},
): Promise<Extract<FuzzResult, { kind: 'finding' }>> {
  const targets = new URL(`./fuzz/planted.ts?${fault}`, import.meta.url);
  const result = await runFuzz({ seconds: 60, seed: 1, targets, ...bounds, ...few });
  assert.ok(result.kind === 'finding', result.kind);
  return result;
}

describe('what enemies send', () => {
  it('is read or refused by every decoder', { timeout }, async (t) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    t.diagnostic(`seed ${seed}`);
    const targets = new URL('./fuzz/targets.ts', import.meta.url);
    const result = await runFuzz({ seconds: 4, seed, targets, ...bounds });
    if (result.kind === 'finding')
      assert.fail(
        `seed ${seed}, ${Buffer.from(result.progress.input).toString('hex')}: ${result.what}`,
      );
    // The vectors alone are read in some hundred ways; a machine that has much else to do gets to a part of them.
    assert.ok(result.counts.outcomes > 30, `${result.counts.outcomes}`);
  });
});

describe('the fuzzer', () => {
  it('finds an error that is no refusal, with the input', { timeout }, async () => {
    const { what, progress } = await planted('throws');
    assert.match(what, /TypeError: a planted error/);
    assert.equal(progress.input.length, 0);
  });

  it('finds a hang, with the input', { timeout }, async () => {
    const { what, progress } = await planted('hangs', { hangMs: 1000 });
    assert.match(what, /it hangs: no progress for 1000 ms/);
    assert.equal(progress.input.length % 7, 3);
  });

  it('finds what eats all memory, with the input', { timeout }, async () => {
    const { what, progress } = await planted('dies', { heapMibMax: 64 });
    assert.match(what, /it died with (SIGABRT|134)/);
    assert.equal(progress.input.length % 7, 3);
  });

  it('finds a refusal that tells no place in the input', { timeout }, async () => {
    const { what } = await planted('misplaces');
    assert.match(what, /an offset outside of the input/);
  });

  it('finds nothing where there is nothing', { timeout }, async () => {
    const targets = new URL('./fuzz/planted.ts?none', import.meta.url);
    const result = await runFuzz({ seconds: 1, seed: 1, targets, ...bounds });
    assert.equal(result.kind, 'nothing');
  });
});
