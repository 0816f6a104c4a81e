import { Failure } from '@albatross/shared/contracts/failures';
import { addPolicy } from '@albatross/shared/contracts/policy';
import { createBlock } from '@albatross/shared/contracts/block';
import type { BodyOf, RequestContract } from '@albatross/shared/contracts/request';
import { createUnikernel, restartUnikernel } from '@albatross/shared/contracts/unikernel';
import { CPU_MAX } from '@albatross/shared/domain/device';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import * as fc from 'fast-check';
import { imageOf } from '../testing/bench.ts';
import { ask, endGround, startGround, type Ground } from '../testing/refusal-trial.ts';

/** What a number of a request might be made. */
const absurd: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ max: 0 }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom<unknown>(
    NaN,
    Infinity,
    -Infinity,
    -0,
    -17_592_186_044_384,
    2 ** 31,
    -(2 ** 31),
    2 ** 53,
    -(2 ** 63),
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    '32',
    '0x20',
    null,
    true,
    [32],
    { valueOf: () => 32 },
    32n,
    -1n,
  ),
);
const few = fc.oneof({ weight: 1, arbitrary: absurd }, { weight: 2, arbitrary: fc.nat(40) });
const list = fc.oneof(fc.array(few, { maxLength: 3 }), absurd);

interface Numbers {
  readonly memoryMib: unknown;
  readonly cpus: unknown;
  readonly vcpus: unknown;
  readonly startupPriority: unknown;
  readonly sectorBytes: unknown;
  readonly statuses: unknown;
}
const numbers: fc.Arbitrary<Numbers> = fc.record({
  memoryMib: few,
  cpus: fc.oneof(list, fc.constant([0])),
  vcpus: fc.oneof({ weight: 1, arbitrary: absurd }, { weight: 3, arbitrary: fc.constant(1) }),
  startupPriority: few,
  sectorBytes: fc.oneof(absurd, fc.constantFrom(512, 4096)),
  statuses: fc.oneof(list, fc.constant([])),
});
const policyNumbers = fc.record({
  unikernels: few,
  memoryMib: few,
  cpus: fc.oneof(list, fc.constant([0])),
  blockMib: few,
  bridges: fc.constant([]),
});

let ground: Ground;
before(async () => {
  ground = await startGround();
});
after(async () => await endGround(ground));

/** Refused for a reason that is one, or carried out. */
async function attempt(contract: RequestContract, body: object): Promise<boolean> {
  try {
    // The point is that it is anything.
    await ask(ground.bench, contract, body as BodyOf<typeof contract>);
    return true;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return false;
  }
}

function configOf({ sectorBytes, statuses, ...rest }: Numbers) {
  const blocks = [{ name: 'data', sectorBytes }];
  return { ...rest, blocks, restart: { kind: 'on-exit', statuses } };
}

it('no number that cannot be meant gets in, with whatever request', async () => {
  const { bench } = ground;
  const tally = { in: 0, out: 0 };
  const request = fc.record({ numbers, changes: numbers, sizeMib: few, policy: policyNumbers });
  await fc.assert(
    fc.asyncProperty(request, async ({ numbers, changes, sizeMib, policy }) => {
      const blob = await bench.upload('hello', imageOf(1, [{ name: 'data', kind: 'block' }]));
      const ids = () => ({ id: randomUUID(), name: 'hello' });
      const made = [
        await attempt(createUnikernel, { ...ids(), blob, ...configOf(numbers) }),
        await attempt(restartUnikernel, { ...ids(), changes: configOf(changes) }),
        await attempt(createBlock, { ...ids(), name: 'sized', sizeMib }),
        await attempt(addPolicy, { id: randomUUID(), name: 'foo:', policy }),
      ];
      for (const isIn of made) tally[isIn ? 'in' : 'out'] += 1;
      assertSane();
      await bench.parts.blobs.close('admin', { name: 'hello' as never, blob });
      await bench.destroy('hello').catch(() => undefined);
      const { blocks } = bench.parts;
      await blocks
        .remove({ identity: 'admin', actor: 'admin' }, { id: randomUUID(), name: 'sized' as never })
        .catch(() => false);
    }),
    { numRuns: 80 },
  );
  assert.ok(tally.in > 20 && tally.out > 100, JSON.stringify(tally));
});

function assertSane(): void {
  const { inventory, blocks, policies } = ground.bench.parts;
  const isCount = (value: number, least: number): boolean =>
    Number.isSafeInteger(value) && value >= least && !Object.is(value, -0);
  for (const { config } of inventory.all()) {
    assert.ok(isCount(config.memoryMib, 1) && config.memoryMib <= 100, `${config.memoryMib} MiB`);
    assert.ok(config.cpus.length > 0 && config.cpus.every((cpu) => cpu === 0 || cpu === 1));
    assert.ok(isCount(config.startupPriority, 0));
    for (const { sectorBytes } of config.blocks)
      assert.ok(
        sectorBytes === null || [512, 1024, 2048, 4096, 8192, 16_384, 32_768].includes(sectorBytes),
      );
    if (config.restart.kind === 'on-exit')
      assert.ok(config.restart.statuses.every((one) => isCount(one, 0) && one <= 255));
  }
  for (const { sizeMib } of blocks.list({ name: ROOT }).blocks) assert.ok(isCount(sizeMib, 1));
  for (const { path, policy } of policies.info({ name: ROOT }).policies) {
    const { unikernels, memoryMib, cpus, blockMib } = policy;
    assert.ok(isCount(unikernels, 1) && isCount(memoryMib, 1), path);
    assert.ok(cpus.length > 0 && cpus.every((cpu) => isCount(cpu, 0) && cpu <= CPU_MAX), path);
    assert.ok(blockMib === null || isCount(blockMib, 1), path);
  }
}
