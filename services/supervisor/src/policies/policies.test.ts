import { failureCode } from '@albatross/shared/bus/testing/asserts';
import type { EventDraft } from '@albatross/shared/contracts/event';
import { ROOT } from '@albatross/shared/domain/name';
import { block, policy, share } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { PolicyFile } from './policy-file.ts';
import { PolicyBench, refusal } from '../testing/policy-bench.ts';

let state: string;
let bench: PolicyBench;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-policies-'));
  bench = await PolicyBench.start(new PolicyFile(state));
});
afterEach(async () => await rm(state, { recursive: true }));

describe('a policy that is added', () => {
  it('limits what is admitted from then on, and after a restart', async () => {
    assert.equal(await bench.add('foo:', { unikernels: 1, blockMib: 8 }), true);
    await bench.restart();
    bench.create(share('foo:a'));
    const failure = refusal(() => bench.create(share('foo:b')));
    assert.equal(failure.code, 'POLICY_EXCEEDED');
    assert.equal(
      failure.message,
      'the policy of foo: allows 1 unikernel; 1 is used (foo:a) and 1 more was requested',
    );
    assert.equal(failure.details['policy'], 'foo:');
    bench.createBlock(block('foo:x', 8));
    assert.equal(refusal(() => bench.createBlock(block('foo:y', 1))).code, 'POLICY_EXCEEDED');
  });

  it('replaces the one before it, and is told of once', async () => {
    await bench.add('foo:', { unikernels: 1 }, { id: 'request-one' });
    await bench.add('foo:', { unikernels: 2 }, { id: 'request-two' });
    assert.equal(bench.limit('foo:'), 2);
    assert.deepEqual(
      bench.events.map(withoutId),
      [1, 2].map((unikernels) => ({
        type: 'policy-set',
        name: 'foo:',
        actor: 'admin',
        requestId: unikernels === 1 ? 'request-one' : 'request-two',
        ...policy({ unikernels }),
      })),
    );
  });

  it('changes nothing when it is so already, even where it would not be taken any more', async () => {
    await bench.add('foo:', { unikernels: 1 });
    bench.unikernels = [share('foo:a'), share('foo:b')];
    assert.equal(await bench.add('foo:', { unikernels: 1 }), false);
    assert.equal(bench.events.length, 1);
  });

  it('that does not fit those above, those below or what is used is refused and changes nothing', async () => {
    await bench.add('foo:', { unikernels: 4 });
    await bench.add('foo:bar:', { unikernels: 2 });
    bench.unikernels = [share('foo:a'), share('foo:b'), share('foo:c')];
    for (const [text, unikernels] of [
      ['foo:baz:', 5],
      ['foo:', 1],
      ['foo:', 2],
    ] as const) {
      const before = bench.book.info({ name: ROOT });
      assert.equal(await failureCode(bench.add(text, { unikernels })), 'POLICY_CONFLICT');
      await bench.restart();
      assert.deepEqual(bench.book.info({ name: ROOT }), before);
    }
  });

  it('says in its refusal what it does not fit', async () => {
    bench.unikernels = [share('foo:a', 64)];
    await assert.rejects(bench.add('foo:', { memoryMib: 32 }), {
      message:
        'the policy of foo: would allow 32 MiB of memory, but 64 MiB are used at and below it',
      details: { kind: 'used', policy: 'foo:', resource: 'memoryMib', allowed: 32, needed: 64 },
    });
  });
});

describe('a policy that is removed', () => {
  it('limits nothing any more, and those above it still do', async () => {
    await bench.add('foo:', { unikernels: 1 });
    await bench.add('foo:bar:', { unikernels: 1 });
    await bench.remove('foo:bar:', 'request-gone');
    bench.create(share('foo:bar:a'));
    assert.equal(refusal(() => bench.create(share('foo:bar:b'))).details['policy'], 'foo:');
    assert.deepEqual(bench.events.slice(2).map(withoutId), [
      { type: 'policy-removed', name: 'foo:bar:', actor: 'admin', requestId: 'request-gone' },
    ]);
  });

  it('must be there', async () => {
    assert.equal(await failureCode(bench.remove('foo:')), 'POLICY_NOT_FOUND');
    await assert.rejects(bench.remove(':'), { message: /policy of the machine itself/ });
  });
});

describe('the policy of the root', () => {
  it('is what the machine has at this moment', () => {
    const sees = (): unknown => bench.book.views().map((view) => view.get(ROOT));
    assert.deepEqual(sees(), [bench.machine]);
    bench.machine = policy({ memoryMib: 1, bridges: [] });
    assert.deepEqual(sees(), [bench.machine]);
    assert.equal(refusal(() => bench.create(share('a', 2))).details['limit'], 1);
  });

  it('may promise more than the machine has, but no bridges or CPUs that are not there', async () => {
    bench.machine = policy({ memoryMib: 64, cpus: [0, 1], bridges: ['br0'] });
    await bench.add(':', { memoryMib: 1000, cpus: [1, 2], bridges: ['br0', 'br1'] });
    bench.create(share('a', 999, { cpus: [1], bridges: ['br0'] }));
    assert.equal(refusal(() => bench.create(share('b', 1, { cpus: [2] }))).code, 'POLICY_EXCEEDED');
    const none = share('b', 1, { cpus: [1], bridges: ['br1'] });
    assert.equal(refusal(() => bench.create(none)).code, 'POLICY_EXCEEDED');
    const [entry] = bench.book.info({ name: ROOT }).policies;
    assert.deepEqual(entry?.policy.cpus, [1]);
    assert.equal(entry?.isMachine, false);
  });

  it('is the machine’s own again once the operator’s is removed, if what is used fits that', async () => {
    bench.machine = policy({ memoryMib: 64, bridges: ['br0', 'br1'] });
    await bench.add(':', { memoryMib: 1000 });
    bench.create(share('a', 100, { bridges: ['br1'] }));
    assert.equal(await failureCode(bench.remove(':')), 'POLICY_CONFLICT');
    bench.unikernels = [share('a', 50, { bridges: ['br1'] })];
    // A bridge that is gone was not the operator's to give.
    bench.machine = policy({ memoryMib: 64, bridges: ['br0'] });
    await bench.remove(':');
    const [entry] = bench.book.info({ name: ROOT }).policies;
    assert.equal(entry?.policy.memoryMib, 64);
    assert.equal(entry?.isMachine, true);
  });
});

function withoutId({ id = '', ...event }: EventDraft): object {
  assert.match(id, /^[0-9a-f]{16}$/);
  return event;
}
