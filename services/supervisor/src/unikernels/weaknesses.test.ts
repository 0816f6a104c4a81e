import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { dumpBlock } from '@albatross/shared/contracts/block';
import type { BodyOf } from '@albatross/shared/contracts/request';
import {
  createUnikernel,
  destroyUnikernel,
  getUnikernel,
} from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { addPolicy } from '@albatross/shared/contracts/policy';
import { parseName, parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import { policy } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FakeHost } from '../host/fake-host.ts';
import { imageOf, type Bench } from '../testing/bench.ts';
import {
  ask,
  assertRefused,
  endGround,
  snapshot,
  startGround,
  type Ground,
} from '../testing/refusal-trial.ts';
import { BLOCKS, IMAGE, NETS, STANDINGS } from '../testing/standings.ts';

/** What the original does wrong, by the numbers of our description of it, and we do not. */

let ground: Ground;
let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  ground = await startGround();
  ({ host, bench } = ground);
});
afterEach(async () => await endGround(ground));

async function limit(name: string, limits: Parameters<typeof policy>[0]): Promise<void> {
  const whole = policy({ cpus: [0, 1], bridges: ['service'], ...limits });
  const written = { ...whole, cpus: [...whole.cpus], bridges: [...whole.bridges] };
  await ask(bench, addPolicy, { id: randomUUID(), name, policy: written });
}

async function createWith(body: Partial<BodyOf<typeof createUnikernel>>): Promise<unknown> {
  const name = body.name ?? 'hello';
  const blob = body.blob ?? (await bench.upload(name, imageOf(1)));
  return await ask(bench, createUnikernel, { id: randomUUID(), ...body, name, blob });
}

const namesIn = (path: string): readonly string[] =>
  bench.parts.inventory.list({ name: parseName(path) }).unikernels.map(({ name }) => name);

describe('W1: a tenant does not end the daemon', () => {
  for (const compressionLevel of [-1, 10, 2 ** 31]) {
    it(`by asking for an image, or a block device, at the level ${compressionLevel}`, async () => {
      await bench.create('hello');
      const image = ask(bench, getUnikernel, { name: 'hello', compressionLevel });
      assert.equal(await failureCode(image), 'REQUEST_INVALID');
      const content = ask(bench, dumpBlock, { name: 'data', compressionLevel });
      assert.equal(await failureCode(content), 'REQUEST_INVALID');
      await ask(bench, getUnikernel, { name: 'hello', compressionLevel: 9 });
    });
  }

  it('by having two CPUs and being looked at', async () => {
    await bench.create('hello', { cpus: [0, 1] });
    const { unikernels } = await ask(bench, listUnikernels, { name: ':' });
    assert.equal(unikernels.length, 1);
    assert.deepEqual(bench.parts.inventory.show(parseUnikernelName('hello')).cpus, [0, 1]);
  });
});

describe('W2a: a policy is not multiplied by paths below it', () => {
  it('however many of them have the whole of it', async () => {
    await limit('a:', { unikernels: 2, memoryMib: 64 });
    for (const path of ['a:b:', 'a:c:', 'a:b:d:'])
      await limit(path, { unikernels: 2, memoryMib: 64 });
    await bench.create('a:b:x', { memoryMib: 32 });
    await bench.create('a:c:x', { memoryMib: 16 });
    const third = bench.create('a:b:d:x', { memoryMib: 1 });
    assert.equal(await failureCode(third), 'POLICY_EXCEEDED');
    await bench.destroy('a:c:x');
    const large = bench.create('a:b:d:x', { memoryMib: 33 });
    assert.equal(await failureCode(large), 'POLICY_EXCEEDED');
    await bench.create('a:b:d:x', { memoryMib: 32 });
  });

  it('nor by paths without one', async () => {
    await limit('a:', { unikernels: 1 });
    await bench.create('a:b:c:d:x', { memoryMib: 1 });
    assert.equal(await failureCode(bench.create('a:e:x', { memoryMib: 1 })), 'POLICY_EXCEEDED');
  });

  it('and that of the root holds everywhere', async () => {
    await limit(':', { unikernels: 1 });
    await bench.create('a:x', { memoryMib: 1 });
    assert.equal(await failureCode(bench.create('b:x', { memoryMib: 1 })), 'POLICY_EXCEEDED');
  });
});

describe('W2b: nobody takes less than nothing', () => {
  for (const memoryMib of [-17_592_186_044_384, -1, 0, -0.5]) {
    it(`as by ${memoryMib} MiB, after which more would fit than there is`, async () => {
      const before = await snapshot(bench);
      const request = async () => await createWith({ memoryMib, blob: 'none' });
      await assertRefused(bench, 'MEMORY_INVALID', request, before);
      const large = bench.create('large', { memoryMib: 101 });
      assert.equal(await failureCode(large), 'POLICY_EXCEEDED');
    });
  }
});

describe('W2c: a path and a unikernel of the same labels are different', () => {
  beforeEach(async () => {
    await bench.create('a:b', { memoryMib: 20 });
    await bench.create('a:b:x', { memoryMib: 1 });
  });

  it('a path does not show the unikernel, nor the other way round', () => {
    assert.deepEqual(namesIn('a:b:'), ['a:b:x']);
    assert.deepEqual(namesIn('a:b'), ['a:b']);
  });

  it('a path is nothing to be destroyed or fetched', async () => {
    for (const name of ['a:b:', ':', 'a:']) {
      const request = destroyUnikernel;
      const destroying = ask(bench, request, { id: randomUUID(), name });
      assert.equal(await failureCode(destroying), 'NAME_INVALID');
      const getting = ask(bench, getUnikernel, { name, compressionLevel: 0 });
      assert.equal(await failureCode(getting), 'NAME_INVALID');
    }
    assert.deepEqual(host.running(), ['a:b', 'a:b:x']);
  });

  it('the policy of the path does not count the unikernel', async () => {
    await limit('a:b:', { unikernels: 2, memoryMib: 16 });
    await bench.create('a:b:y', { memoryMib: 15 });
  });

  it('one is destroyed without the other', async () => {
    await bench.destroy('a:b');
    assert.deepEqual(namesIn(':'), ['a:b:x']);
  });
});

it('W2d: nobody has more virtual CPUs than a policy knows of', async () => {
  assert.equal(await failureCode(createWith({ vcpus: 64 })), 'HYPERVISOR_UNSUPPORTED');
  assert.equal(await failureCode(createWith({ hypervisor: 'bhyve' })), 'HYPERVISOR_UNSUPPORTED');
  assert.equal(await failureCode(createWith({ cpus: [0, 99] })), 'POLICY_EXCEEDED');
});

it('W3: neither a create with the name of a path, nor a console that is away, keeps from later ones', async () => {
  assert.equal(await failureCode(createWith({ name: 'foo:', blob: 'none' })), 'NAME_INVALID');
  host.isConsoleAway = true;
  for (const name of ['foo:a', 'foo:b']) await bench.create(name, { memoryMib: 1 });
  await bench.destroy('foo:a');
  await bench.create('foo:a', { memoryMib: 1 });
  assert.deepEqual(host.running(), ['foo:b', 'foo:a']);
});

it('W7: what is remembered of a unikernel does not grow with its image', async () => {
  const program = new Uint8Array(1_000_000);
  await bench.create('hello', { image: Buffer.concat([imageOf(1), program]) });
  const config = join(bench.state, 'unikernels', ':hello', 'config');
  assert.ok((await stat(config)).size < 10_000);
});

describe('W12: nobody waits for ever for what somebody else does too', () => {
  it('two destroys at the same time are both answered', async () => {
    await STANDINGS.running(ground);
    const both = await Promise.allSettled([bench.destroy('hello'), bench.destroy('hello')]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    const code = failureCode(bench.destroy('hello'));
    assert.equal(await code, 'UNIKERNEL_NOT_FOUND');
  });

  it('nor whatever else is asked for at the same time', async () => {
    await STANDINGS.running(ground);
    const config = { nets: NETS, blocks: BLOCKS, memoryMib: 30 };
    const all = await Promise.allSettled([
      bench.restartOne('hello'),
      bench.stop('hello'),
      bench.create('hello', { image: IMAGE, ...config, force: true }),
      bench.destroy('hello'),
      bench.startOne('hello'),
      bench.stop('hello'),
      bench.destroy('hello'),
    ]);
    assert.equal(all.length, 7);
    await bench.destroy('hello').catch(() => undefined);
    await bench.look();
    assert.deepEqual([host.running(), bench.stateOf('hello')], [[], 'absent']);
  });
});

it('W13: names are told whole, and what kept a tender from starting as it is', async () => {
  await bench.create('alice:web', { memoryMib: 1 });
  assert.deepEqual(namesIn('alice:'), ['alice:web']);
  host.startFailure = new Error('exec: Permission denied');
  await assert.rejects(bench.create('alice:more', { memoryMib: 1 }), {
    message: 'exec: Permission denied',
  });
});

it('W14: what may be a secret is for nobody else to read', async () => {
  await bench.create('hello', { arguments: ['--password=secret'] });
  const { state } = bench;
  for (const path of ['unikernels/:hello', 'images/sha256', 'blobs'])
    assert.equal((await stat(join(state, path))).mode & 0o077, 0, path);
  const config = join(state, 'unikernels', ':hello', 'config');
  assert.equal((await stat(config)).mode & 0o077, 0);
  assert.match(await readFile(config, 'utf8'), /secret/);
  const from = { kind: 'after', seq: 0 } as const;
  const { events } = bench.parts.events.list({ name: ROOT, from });
  const { unikernels } = await ask(bench, listUnikernels, { name: ':' });
  assert.doesNotMatch(JSON.stringify([events, unikernels, bench.logged]), /secret/);
});
