import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { share } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { OUTCOME_KEPT_MS } from '../outcomes.ts';
import { POLICY_OUTCOMES_MAX } from './policies.ts';
import { PolicyFile } from './policy-file.ts';
import { FakePolicyFile, settled } from '../testing/fake-policy-file.ts';
import { PolicyBench, refusal } from '../testing/policy-bench.ts';

let state: string;
let bench: PolicyBench;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-policies-'));
  bench = await PolicyBench.start(new PolicyFile(state));
});
afterEach(async () => await rm(state, { recursive: true }));

describe('while a change is being written', () => {
  let file: FakePolicyFile;
  beforeEach(async () => {
    file = new FakePolicyFile();
    bench = await PolicyBench.start(file);
    await done(bench.add('foo:', { unikernels: 2 }));
  });

  async function done<T>(change: Promise<T>): Promise<T> {
    await settled();
    assert.ok(file.end('done'));
    return await change;
  }

  it('what is admitted fits both what was before and what is to come', async () => {
    const lower = bench.add('foo:', { unikernels: 1 });
    await settled();
    bench.create(share('foo:a'));
    assert.equal(refusal(() => bench.create(share('foo:b'))).details['limit'], 1);
    assert.equal(bench.limit('foo:'), 2, 'it holds already');
    file.end('done');
    await lower;

    const higher = bench.add('foo:', { unikernels: 9 });
    await settled();
    assert.equal(refusal(() => bench.create(share('foo:b'))).details['limit'], 1);
    file.end('done');
    await higher;
    bench.create(share('foo:b'));
  });

  it('a removal lets nothing in that the policy would not', async () => {
    const removal = bench.remove('foo:');
    await settled();
    bench.create(share('foo:a'));
    bench.create(share('foo:b'));
    refusal(() => bench.create(share('foo:c')));
    await done(removal);
    bench.create(share('foo:c'));
  });

  it('another waits, and is decided on what the first one left', async () => {
    const first = bench.add('foo:bar:', { unikernels: 2 });
    const second = bench.add('foo:', { unikernels: 1 });
    await settled();
    assert.equal(file.writes, 1);
    await done(first);
    assert.equal(await failureCode(second), 'POLICY_CONFLICT');
  });

  it('the same request is carried out once, and answered twice', async () => {
    const twice = ['one', 'two'].map(async () => await bench.add('foo:', {}, { id: 'request-x' }));
    await settled();
    assert.equal(file.writes, 1);
    file.end('done');
    assert.deepEqual(await Promise.all(twice), [true, true]);
    assert.equal(file.writes, 0);
  });
});

describe('a request about policies that is repeated', () => {
  it('is answered as before, also after a restart, and not carried out again', async () => {
    await bench.add('foo:', { unikernels: 1 }, { id: 'request-x' });
    await bench.remove('foo:', 'request-y');
    for (const restart of [false, true]) {
      if (restart) await bench.restart();
      assert.equal(await bench.add('foo:', { unikernels: 1 }, { id: 'request-x' }), true);
      assert.deepEqual(await bench.remove('foo:', 'request-y'), {});
      assert.equal(bench.limit('foo:'), undefined);
      assert.equal(await failureCode(bench.remove('bar:', 'request-y')), 'ID_REUSED');
    }
  });

  it('is a new one after ten minutes, or among very many', async () => {
    await bench.add('foo:', {}, { id: 'request-x' });
    for (let index = 0; index < POLICY_OUTCOMES_MAX; index += 1)
      await bench.add('bar:', { unikernels: index + 1 });
    await bench.restart();
    assert.equal(await bench.add('foo:', {}, { id: 'request-x' }), false);
    await bench.remove('bar:', 'request-y');
    bench.now += OUTCOME_KEPT_MS + 1;
    await bench.restart();
    assert.equal(await failureCode(bench.remove('bar:', 'request-y')), 'POLICY_NOT_FOUND');
  });
});
