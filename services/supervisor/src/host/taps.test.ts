import { Failure } from '@albatross/shared/contracts/failures';
import { INTERFACE_NAME, type NetDevice, type Tap } from '@albatross/shared/domain/device';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { unikernelName } from '@albatross/shared/domain/testing/arbitrary-name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { NetworkNamespace } from '../testing/network-namespace.ts';
import { IpBatch } from './ip-batch.ts';
import { Taps } from './taps.ts';

const name = parseUnikernelName('foo:hello');
const owner = { name, uid: 700_001 };
const service: NetDevice = { name: 'service', bridge: 'br0', mac: null };
const management: NetDevice = { name: 'management', bridge: 'br1', mac: '02:00:00:00:00:01' };

interface Bench {
  readonly network: NetworkNamespace;
  readonly taps: Taps;
}

function tapsIn(network: NetworkNamespace, t: TestContext): Taps {
  const ip = new IpBatch({ path: network.path });
  t.after(async () => await ip[Symbol.asyncDispose]());
  return new Taps({ ip, sysfs: network.sysfs });
}

async function open(t: TestContext): Promise<Bench> {
  const network = await NetworkNamespace.open(t);
  for (const bridge of ['br0', 'br1']) await network.ip(`link add ${bridge} type bridge`);
  return { network, taps: tapsIn(network, t) };
}

async function failureOf(promise: Promise<void>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.code, 'NETWORK_FAILED');
  return error;
}

function one(taps: readonly Tap[]): Tap {
  return taps[0] ?? assert.fail('no tap was planned');
}

describe('taps in a network', async () => {
  const skip = await NetworkNamespace.whyNot();

  it('are up, at their bridges, for one user, and say whose they are', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service, management], name);
    assert.deepEqual(await bench.network.taps(), []);
    await bench.taps.make(plan, owner);
    assert.deepEqual(
      (await bench.network.taps()).toSorted(),
      plan.map(({ tap }) => tap).toSorted(),
    );
    for (const tap of plan) {
      assert.equal(await bench.network.attribute(tap.tap, 'owner'), '700001');
      assert.equal(await bench.network.attribute(tap.tap, 'ifalias'), 'albatross:foo:hello');
      const shown = await bench.network.ip(`-details link show dev ${tap.tap}`);
      assert.match(shown, new RegExp(`[<,]UP[,>].* master ${tap.bridge} `));
      assert.match(shown, /\btun type tap .*\bpersist on\b/);
    }
  });

  it('are given no address by the host', { skip }, async (t) => {
    if (!existsSync('/proc/net/if_inet6')) return t.skip('the kernel has no IPv6');
    const bench = await open(t);
    const plan = bench.taps.plan([service], name);
    await bench.taps.make(plan, owner);
    const shown = await bench.network.ip(`-details link show dev ${one(plan).tap}`);
    assert.match(shown, / addrgenmode none /);
  });

  it('belong to root when no user is given', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service], parseUnikernelName('hello'));
    await bench.taps.make(plan, { name: parseUnikernelName('hello'), uid: null });
    assert.equal(await bench.network.attribute(one(plan).tap, 'owner'), '-1');
    assert.equal(await bench.network.attribute(one(plan).tap, 'ifalias'), 'albatross::hello');
  });

  it('are none for a unikernel without a network', { skip }, async (t) => {
    const bench = await open(t);
    await bench.taps.make([], owner);
    await bench.taps.remove([], name);
    await assert.rejects(bench.network.ipPid(), { code: 'ENOENT' });
  });

  it('are removed, those that are left, as often as it is asked for', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service, management], name);
    await bench.taps.remove(plan, name);
    await bench.taps.make(plan, owner);
    await bench.network.ip(`link del dev ${one(plan).tap}`);
    await bench.taps.remove(plan, name);
    await bench.taps.remove(plan, name);
    assert.deepEqual(await bench.network.taps(), []);
  });

  it('are removed once when two ask for it at the same time', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service, management], name);
    await bench.taps.make(plan, owner);
    await Promise.all([bench.taps.remove(plan, name), bench.taps.remove(plan, name)]);
    assert.deepEqual(await bench.network.taps(), []);
  });

  it('are made for twenty unikernels at the same time', { skip }, async (t) => {
    const bench = await open(t);
    const owners = Array.from({ length: 20 }, (_, n) => parseUnikernelName(`guest-${n}`));
    const plans = owners.map((name) => bench.taps.plan([service, management], name));
    await Promise.all(
      plans.map(async (plan, n) => {
        await bench.taps.make(plan, { name: owners[n] ?? assert.fail(), uid: 700_000 + n });
      }),
    );
    for (const [n, plan] of plans.entries())
      for (const tap of plan) {
        assert.equal(await bench.network.attribute(tap.tap, 'ifalias'), `albatross::guest-${n}`);
        assert.equal(await bench.network.attribute(tap.tap, 'owner'), String(700_000 + n));
      }
    assert.equal((await bench.network.taps()).length, 40);
  });

  it('go to a bridge that was replaced, and not where the former one is', { skip }, async (t) => {
    const bench = await open(t);
    const makeOne = async (): Promise<string> => {
      const plan = bench.taps.plan([service], name);
      await bench.taps.make(plan, owner);
      return await bench.network.ip(`link show dev ${one(plan).tap}`);
    };
    await makeOne();
    await bench.network.ip('link set dev br0 name former');
    await bench.network.ip('link add br0 type bridge');
    assert.match(await makeOne(), / master br0 /);
    await bench.network.ip('link del dev br0');
    await bench.network.ip('link add br0 type bridge');
    assert.match(await makeOne(), / master br0 /);
  });
});

describe('taps that are not ours', async () => {
  const skip = await NetworkNamespace.whyNot();

  it("are left alone: the original's, even when it is in our record", { skip }, async (t) => {
    const bench = await open(t);
    const recorded = { ...one(bench.taps.plan([service], name)), tap: 'vmmtap0' };
    await bench.network.ip('tuntap add dev vmmtap0 mode tap');
    await bench.taps.remove([recorded], name);
    await bench.network.ip('link set dev vmmtap0 alias albatross:foo:hello');
    await bench.taps.remove([recorded], name);
    assert.deepEqual(await bench.network.taps(), ['vmmtap0']);
  });

  for (const [what, ...changes] of [
    ['another alias', 'alias albatross:foo:hello2'],
    ['the alias of another unikernel', 'alias albatross::hello'],
    ['no alias, and up', 'up'],
    ['no alias, and at a bridge', 'master br0'],
  ] as const)
    it(`are left alone: with a name of ours and ${what}`, { skip }, async (t) => {
      const bench = await open(t);
      const plan = bench.taps.plan([service], name);
      await bench.network.ip(`tuntap add dev ${one(plan).tap} mode tap`);
      for (const change of changes)
        await bench.network.ip(`link set dev ${one(plan).tap} ${change}`);
      await bench.taps.remove(plan, name);
      assert.deepEqual(await bench.network.taps(), [one(plan).tap]);
    });

  it('are left alone: what is no tap', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service], name);
    await bench.network.ip(`link add ${one(plan).tap} type bridge`);
    await bench.taps.remove(plan, name);
    assert.ok(await bench.network.ip(`link show dev ${one(plan).tap}`));
  });

  it('are neither taken over nor removed by a plan of their name', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service, management], name);
    await bench.network.ip(`tuntap add dev ${plan[1]?.tap} mode tap`);
    const { message } = await failureOf(bench.taps.make(plan, owner));
    assert.match(message, /there is an interface of this name/);
    assert.deepEqual(await bench.network.taps(), [plan[1]?.tap]);
  });
});

describe('taps that cannot be made', async () => {
  const skip = await NetworkNamespace.whyNot();

  for (const bridge of ['br9', 'lo'])
    it(`leave nothing when ${bridge} is no bridge, and say what ip said`, { skip }, async (t) => {
      const bench = await open(t);
      const plan = bench.taps.plan([service, { ...management, bridge }, service], name);
      const { message, details } = await failureOf(bench.taps.make(plan, owner));
      assert.match(message, bridge === 'lo' ? /RTNETLINK answers: / : /"br9" is wrong/);
      assert.deepEqual(details, { bridges: ['br0', bridge] });
      assert.deepEqual(await bench.network.taps(), []);
    });

  it('leave nothing when a bridge cannot even be named', { skip }, async (t) => {
    const bench = await open(t);
    const plan = bench.taps.plan([service, { ...management, bridge: 'br0\nlink del br0' }], name);
    assert.match((await failureOf(bench.taps.make(plan, owner))).message, /cannot be handed/);
    assert.deepEqual(await bench.network.taps(), []);
  });

  /** The commands for two taps, and all before the answer. */
  const moments = Array.from({ length: 9 }, (_, lines) => lines);

  it('leave nothing when ip is killed after any of its commands', { skip }, async (t) => {
    const bench = await open(t);
    for (const lines of moments) {
      const script = [
        'if [ -e died ]; then',
        bench.network.realIp,
        'fi',
        ...dyingIp(bench.network, lines),
      ];
      await bench.network.installIp(script.join('\n'));
      const taps = tapsIn(bench.network, t);
      const plan = taps.plan([service, management], name);
      assert.match((await failureOf(taps.make(plan, owner))).message, /ended by SIGKILL/);
      assert.deepEqual(await bench.network.taps(), [], `after ${lines}`);
      await rm(join(bench.network.path, 'died'));
    }
  });

  it('can be removed by the plan when we are killed together with ip', { skip }, async (t) => {
    const bench = await open(t);
    for (const lines of moments) {
      await bench.network.installIp(dyingIp(bench.network, lines).join('\n'));
      const taps = tapsIn(bench.network, t);
      const plan = taps.plan([service, management], name);
      const { message } = await failureOf(taps.make(plan, owner));
      const left = await bench.network.taps();
      assert.equal(left.length, Math.ceil(lines / 4));
      assert.equal(/; moreover not all of the taps .* removed/.test(message), left.length > 0);
      if (left.length > 0) await failureOf(taps.remove(plan, name));
      await bench.network.installIp(bench.network.realIp);
      await tapsIn(bench.network, t).remove(plan, name);
      assert.deepEqual(await bench.network.taps(), [], `after ${lines}`);
      await rm(join(bench.network.path, 'died'));
    }
  });

  /** An `ip` that is killed after so many commands, by whichever process; from then on, at once. */
  function dyingIp(network: NetworkNamespace, lines: number): readonly string[] {
    const once = `${network.command('ip').join(' ')} $line </dev/null || exit`;
    return [
      `[ -e died ] || n=${lines}`,
      `while [ "\${n:-0}" -gt 0 ] && read -r line; do ${once}; n=$((n - 1)); done`,
      'touch died; kill -KILL $$',
    ];
  }
});

describe('a plan', () => {
  const taps = new Taps({ ip: new IpBatch({ path: '' }), sysfs: '/nowhere' });
  const device = fc.record({
    name: fc.stringMatching(/^[A-Za-z0-9]{1,67}$/),
    bridge: fc.stringMatching(INTERFACE_NAME),
    mac: fc.constantFrom(null, '02:00:00:00:00:01'),
  });

  it('gives every device an interface of its own, whose name the kernel takes', () => {
    const used = new Set<string>();
    fc.assert(
      fc.property(unikernelName, fc.array(device, { maxLength: 63 }), (name, nets) => {
        const plan = taps.plan(nets, name);
        for (const [n, { tap, mac, ...rest }] of plan.entries()) {
          assert.match(tap, /^alb[a-z0-9]{8}$/);
          assert.match(tap, INTERFACE_NAME);
          assert.ok(!used.has(tap));
          used.add(tap);
          assert.deepEqual(rest, { device: nets[n]?.name, bridge: nets[n]?.bridge });
          assert.match(mac, /^(02:00:00:00:00:01|00:80:41(:[0-9a-f]{2}){3})$/);
        }
        assert.equal(plan.length, nets.length);
      }),
    );
  });

  it('has the address a device was given, or else the original one', () => {
    const macs = taps
      .plan([service, management], parseUnikernelName('hello'))
      .map(({ mac }) => mac);
    assert.deepEqual(macs, ['00:80:41:cd:8a:eb', '02:00:00:00:00:01']);
  });
});
