import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { admitBlock, admitUnikernel, USERS_NAMED_MAX } from './admission.ts';
import type { AmountExcess, Excess } from './excess.ts';
import { isWithin, pathOf, ROOT } from './name.ts';
import type { Policies, Share } from './policy.ts';
import { block, path, policies, policy, share } from './testing/policies.ts';

function admit(all: Policies, held: readonly Share[], requested: Share): Excess | null {
  return admitUnikernel([all], held, requested, ROOT);
}

function amounts(excess: Excess | null): AmountExcess {
  assert.ok(excess !== null && 'limit' in excess);
  return excess;
}

describe('admission', () => {
  it('lets in what fills the policy to the last MiB, and not one more', () => {
    const all = policies({ 'foo:': { memoryMib: 64 } });
    const held = [share('foo:a', 32), share('foo:b', 16), share('c', 99)];
    assert.equal(admit(all, held, share('foo:d', 16)), null);
    assert.deepEqual(admit(all, held, share('foo:d', 17)), {
      policy: 'foo:',
      resource: 'memoryMib',
      limit: 64,
      used: 48,
      requested: 17,
      usedBy: [
        { name: 'foo:a', used: 32 },
        { name: 'foo:b', used: 16 },
      ],
      usedByOthers: 0,
    });
  });

  it('counts unikernels, and looks at CPUs and bridges', () => {
    const all = policies({ 'foo:': { unikernels: 2, cpus: [0, 1], bridges: ['br0'] } });
    const two = [share('foo:a'), share('foo:b')];
    assert.equal(amounts(admit(all, two, share('foo:c'))).resource, 'unikernels');
    const held: Share[] = [];
    assert.equal(admit(all, held, share('foo:c', 1, { cpus: [0, 1], bridges: ['br0'] })), null);
    assert.deepEqual(admit(all, held, share('foo:c', 1, { cpus: [1, 2] })), {
      policy: 'foo:',
      resource: 'cpus',
      allowed: [0, 1],
      refused: [2],
    });
    assert.deepEqual(admit(all, held, share('foo:c', 1, { bridges: ['br1'] })), {
      policy: 'foo:',
      resource: 'bridges',
      allowed: ['br0'],
      refused: ['br1'],
    });
  });

  it('asks every policy from the nearest to the root, over all that is below each', () => {
    const all = policies({ ':': { memoryMib: 100 }, 'a:': { memoryMib: 60 }, 'a:b:c:': {} });
    const held = [share('a:x', 20), share('a:b:y', 20), share('z', 20)];
    assert.equal(admit(all, held, share('a:b:c:new', 20)), null);
    assert.equal(amounts(admit(all, held, share('a:b:c:new', 21))).policy, 'a:');
    assert.equal(amounts(admit(all, held, share('other:new', 41))).policy, ':');
  });

  it('tells of the nearest policy when several do not fit', () => {
    const all = policies({ ':': { unikernels: 1 }, 'a:': { unikernels: 1 } });
    assert.equal(amounts(admit(all, [share('a:x')], share('a:y'))).policy, 'a:');
  });

  it('lets nothing in where more is held already than the policy, lowered since, allows', () => {
    const all = policies({ ':': { memoryMib: 16 } });
    assert.equal(amounts(admit(all, [share('a', 32)], share('b', 1))).used, 32);
  });

  it('takes block devices up to the limit, and none where none are allowed', () => {
    const all = policies({ 'foo:': { blockMib: 10 }, 'bar:': { blockMib: null } });
    const held = [block('foo:a', 4), block('foo:sub:b', 2), block('bar:c', 0)];
    assert.equal(admitBlock([all], held, block('foo:d', 4), ROOT), null);
    assert.equal(amounts(admitBlock([all], held, block('foo:d', 5), ROOT)).used, 6);
    assert.deepEqual(admitBlock([all], [], block('bar:sub:d', 1), ROOT), {
      policy: 'bar:',
      resource: 'blockMib',
      limit: 0,
      used: 0,
      requested: 1,
      usedBy: [],
      usedByOthers: 0,
    });
  });

  it('takes only what fits the policies of before and those to come, while they are being written', () => {
    const strict = policies({ 'foo:': { unikernels: 1 } });
    const loose = policies({ 'foo:': { unikernels: 9 } });
    for (const views of [
      [strict, loose],
      [loose, strict],
    ]) {
      assert.equal(admitUnikernel(views, [], share('foo:a'), ROOT), null);
      const excess = admitUnikernel(views, [share('foo:a')], share('foo:b'), ROOT);
      assert.equal(amounts(excess).limit, 1);
    }
  });

  it('is exact where sums of numbers are not', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const all = policies({ ':': { memoryMib: most } });
    assert.equal(admit(all, [share('a', most - 1)], share('b', 1)), null);
    assert.ok(admit(all, [share('a', most)], share('b', 1)) !== null);
    assert.ok(admit(all, [share('a', 1)], share('b', most)) !== null);
  });

  it('never lets the sum over the limit, and refuses nothing that fits', () => {
    const memory = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 256 }), fc.array(memory), (limit, requests) => {
        const held: Share[] = [];
        let used = 0;
        for (const memoryMib of requests) {
          const excess = admit(
            policies({ 'a:': { memoryMib: limit } }),
            held,
            share('a:b', memoryMib),
          );
          assert.equal(excess === null, used + memoryMib <= limit);
          if (excess !== null) continue;
          held.push(share('a:b', memoryMib));
          used += memoryMib;
        }
        assert.ok(used <= limit);
      }),
    );
  });
});

describe('a refusal', () => {
  it('names those who use most, and tells nothing else of them', () => {
    const held = Array.from({ length: 20 }, (_, index) => ({
      ...share(`u${index + 1}`, index + 1),
      secret: 'password',
    }));
    const excess = amounts(admit(policies({ ':': { memoryMib: 1 } }), held, share('new', 1)));
    const largest = Array.from({ length: USERS_NAMED_MAX }, (_, index) => 20 - index);
    const expected = largest.map((used) => ({ name: `u${used}`, used }));
    assert.deepEqual(excess.usedBy, expected);
    assert.equal(excess.usedByOthers, (10 * 11) / 2);
  });

  it('names nobody who is not within what the asker may see, only what they use together', () => {
    const all = policies({ ':': { unikernels: 3 } });
    const held = [share('foo:mine'), share('bar:secret'), share('foobar:secret')];
    const excess = admitUnikernel([all], held, share('foo:new'), path('foo:'));
    assert.deepEqual(amounts(excess).usedBy, [{ name: 'foo:mine', used: 1 }]);
    assert.equal(amounts(excess).usedByOthers, 2);
    assert.ok(!JSON.stringify(excess).includes('secret'));
  });

  it("lists what is on no policy but the asker's own", () => {
    const all = policies({ ':': { bridges: ['br-other'], cpus: [7] } });
    const visible = path('foo:');
    const bridges = share('foo:new', 1, { cpus: [7], bridges: ['br9'] });
    assert.deepEqual(admitUnikernel([all], [], bridges, visible), {
      policy: ':',
      resource: 'bridges',
      allowed: null,
      refused: ['br9'],
    });
    const cpus = share('foo:new', 1, { cpus: [0] });
    assert.deepEqual(admitUnikernel([all], [], cpus, visible), {
      policy: ':',
      resource: 'cpus',
      allowed: null,
      refused: [0],
    });
  });
});

describe('what delegation must not do', () => {
  it('splitting a policy into many below it, each as large, does not multiply it', () => {
    const full = policy({ unikernels: 1, memoryMib: 100, blockMib: 10 });
    const subs = Array.from({ length: 20 }, (_, index) => [`alice:s${index}:`, full] as const);
    const all = policies({ 'alice:': full, ...Object.fromEntries(subs) });
    const held: Share[] = [];
    for (const [sub] of subs) {
      const one = share(`${sub}guest`, 10);
      if (admit(all, held, one) === null) held.push(one);
    }
    assert.deepEqual(
      held.map(({ name }) => name),
      ['alice:s0:guest'],
    );
    const blocks = [block('alice:s0:disk', 10)];
    assert.equal(
      amounts(admitBlock([all], blocks, block('alice:s1:disk', 1), ROOT)).policy,
      'alice:',
    );
  });

  it('the policy of the root limits every path, with or without a policy of its own', () => {
    const all = policies({ ':': { memoryMib: 64 }, 'a:': { memoryMib: 1000 } });
    assert.equal(amounts(admit(all, [share('b:x', 64)], share('a:y', 1))).policy, ':');
    assert.equal(amounts(admit(all, [share('a:x', 64)], share('b:y', 1))).policy, ':');
  });

  it('a policy of foo:bar: says nothing of the unikernel foo:bar, nor of foo:barley', () => {
    const all = policies({ 'foo:bar:': { unikernels: 1, memoryMib: 1, cpus: [3] } });
    for (const name of ['foo:bar', 'foo:barley', 'foo:barley:x']) {
      assert.equal(admit(all, [], share(name, 500)), null, name);
    }
    assert.ok(admit(all, [], share('foo:bar:x', 500)) !== null);
    const held = [share('foo:bar', 500, { cpus: [0] })];
    assert.equal(admit(all, held, share('foo:bar:x', 1, { cpus: [3] })), null);
  });

  it('whatever is admitted, in whatever order, fits every policy above it', () => {
    const labels = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 });
    const limits = fc.record({
      unikernels: fc.integer({ min: 1, max: 3 }),
      memoryMib: fc.integer({ min: 1, max: 50 }),
    });
    const some = fc.dictionary(
      labels.map((list) => `${list.join(':')}:`),
      limits,
      { maxKeys: 6 },
    );
    const requests = fc.array(fc.tuple(labels, fc.integer({ min: 1, max: 30 })), { maxLength: 20 });
    fc.assert(
      fc.property(some, requests, (limits, requests) => {
        const all = policies(limits);
        const held: Share[] = [];
        for (const [labels, memoryMib] of requests) {
          const one = share(labels.join(':'), memoryMib);
          if (admit(all, held, one) === null) held.push(one);
          else assert.ok(exceeds(all, [...held, one]), 'it was refused without need');
          assert.ok(!exceeds(all, held));
        }
      }),
    );
  });
});

/** Told in other words than the program's. */
function exceeds(all: Policies, held: readonly Share[]): boolean {
  return [...all].some(([path, { unikernels, memoryMib }]) => {
    const users = held.filter(({ name }) => isWithin(pathOf(name), path));
    const memory = users.reduce((sum, one) => sum + one.memoryMib, 0);
    return users.length > unikernels || memory > memoryMib;
  });
}
