import { failureCode } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { PolicyFile } from './policy-file.ts';
import { FakePolicyFile, settled } from '../testing/fake-policy-file.ts';
import { PolicyBench } from '../testing/policy-bench.ts';

let state: string;
let bench: PolicyBench;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-policies-'));
  bench = await PolicyBench.start(new PolicyFile(state));
});
afterEach(async () => await rm(state, { recursive: true }));

describe('policies of a chain of certificates', () => {
  const chain = (setAt: number, unikernels: number) => ({
    'foo:': { limits: { unikernels }, setAt },
    'foo:bar:': { limits: { unikernels }, setAt },
  });

  it('are set all together, in one write', async () => {
    const file = new FakePolicyFile();
    bench = await PolicyBench.start(file);
    const asserted = bench.assert(chain(1, 5));
    await settled();
    assert.equal(file.writes, 1);
    file.end('done');
    assert.equal(await asserted, true);
    assert.deepEqual([bench.limit('foo:'), bench.limit('foo:bar:')], [5, 5]);
    assert.deepEqual(
      bench.events.map(({ name }) => name),
      ['foo:', 'foo:bar:'],
    );
  });

  it('are held against each other, and none is set when one does not fit', async () => {
    await bench.add('foo:', { unikernels: 1 });
    assert.equal(await bench.assert(chain(bench.now + 1, 5)), true);
    const wrong = {
      ...chain(bench.now, 4),
      'foo:bar:': { limits: { unikernels: 9 }, setAt: bench.now },
    };
    assert.equal(await failureCode(bench.assert(wrong)), 'POLICY_CONFLICT');
    assert.deepEqual([bench.limit('foo:'), bench.limit('foo:bar:')], [5, 5]);
  });

  it('cost no write when they stand there already', async () => {
    const file = new FakePolicyFile();
    bench = await PolicyBench.start(file);
    const first = bench.assert(chain(5, 5));
    await settled();
    file.end('done');
    await first;
    assert.equal(await bench.assert(chain(5, 5)), false);
    assert.equal(await bench.assert(chain(4, 9)), false);
    assert.equal(file.writes, 0);
  });
});

describe('a certificate that was issued earlier', () => {
  const old = { 'foo:': { limits: { unikernels: 9 }, setAt: 100 } };

  it('does not bring back its policy after a newer certificate was used', async () => {
    await bench.assert(old);
    await bench.assert({ 'foo:': { limits: { unikernels: 2 }, setAt: 200 } });
    await bench.restart();
    assert.equal(await bench.assert(old), false);
    assert.equal(bench.limit('foo:'), 2);
  });

  it('does not bring back its policy after a command on this host changed it', async () => {
    await bench.assert(old);
    await bench.add('foo:', { unikernels: 2 });
    assert.equal(await bench.assert(old), false);
    assert.equal(bench.limit('foo:'), 2);
  });

  it('does not bring back what was between it and a newer one with the same policy', async () => {
    await bench.assert(old);
    assert.equal(await bench.assert({ 'foo:': { limits: { unikernels: 9 }, setAt: 300 } }), false);
    await bench.restart();
    await bench.assert({ 'foo:': { limits: { unikernels: 1 }, setAt: 200 } });
    assert.equal(bench.limit('foo:'), 9);
  });

  it('still lets the rest of its chain be set', async () => {
    await bench.add('foo:', { unikernels: 9 });
    await bench.assert({ ...old, 'foo:bar:': { limits: { unikernels: 3 }, setAt: 100 } });
    assert.equal(bench.limit('foo:bar:'), 3);
  });

  it('sets its policy when nothing stands there, even after a removal', async () => {
    await bench.assert({ 'foo:': { limits: { unikernels: 2 }, setAt: 200 } });
    await bench.remove('foo:');
    assert.equal(await bench.assert(old), true);
    assert.equal(bench.limit('foo:'), 9);
  });

  it('sets its policy when it is as old as what stands there', async () => {
    await bench.assert(old);
    await bench.assert({ 'foo:': { limits: { unikernels: 3 }, setAt: 100 } });
    assert.equal(bench.limit('foo:'), 3);
  });

  it('cannot shut out later ones with a time to come, nor a command when the clock was set back', async () => {
    await bench.assert({ 'foo:': { limits: { unikernels: 9 }, setAt: bench.now + 1_000_000 } });
    bench.now += 1;
    await bench.assert({ 'foo:': { limits: { unikernels: 3 }, setAt: bench.now } });
    assert.equal(bench.limit('foo:'), 3);
    bench.now -= 1000;
    await bench.add('foo:', { unikernels: 2 });
    assert.equal(bench.limit('foo:'), 2);
  });

  it('is what policy.add with a time is as well', async () => {
    await bench.add('foo:', { unikernels: 2 }, { setAt: 200 });
    assert.equal(await bench.add('foo:', { unikernels: 9 }, { setAt: 100 }), false);
    assert.equal(bench.limit('foo:'), 2);
  });
});
