import { Failure } from '@albatross/shared/contracts/failures';
import { isWithin, pathOf, ROOT } from '@albatross/shared/domain/name';
import type { Holdings, Policy } from '@albatross/shared/domain/policy';
import { block, policy, share } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { FakePolicyFile, settled, type WriteEnd } from '../testing/fake-policy-file.ts';
import { PolicyBench } from '../testing/policy-bench.ts';

const MACHINE = policy({
  unikernels: 8,
  memoryMib: 60,
  blockMib: 40,
  cpus: [0, 1],
  bridges: ['br0'],
});

const PATHS = [':', 'a:', 'a:b:', 'a:b:c:', 'd:'] as const;
const NAMES = ['x', 'a:x', 'a:y', 'a:b', 'a:b:x', 'a:b:c', 'a:b:c:x', 'd:x', 'd:a:b:x'] as const;

type Step =
  | {
      readonly kind: 'create';
      readonly name: string;
      readonly memoryMib: number;
      readonly cpu: number;
    }
  | { readonly kind: 'block'; readonly name: string; readonly sizeMib: number }
  | { readonly kind: 'destroy'; readonly which: number }
  | { readonly kind: 'add'; readonly path: string; readonly limits: Partial<Policy> }
  | { readonly kind: 'assert'; readonly limits: Partial<Policy>; readonly setAt: number }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'disk'; readonly end: WriteEnd }
  | { readonly kind: 'restart' };

const limits = fc.record({
  unikernels: fc.integer({ min: 1, max: 6 }),
  memoryMib: fc.integer({ min: 1, max: 80 }),
  blockMib: fc.option(fc.integer({ min: 1, max: 50 })),
  cpus: fc.constantFrom([0], [0, 1]),
  bridges: fc.constantFrom([], ['br0']),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      name: fc.constantFrom(...NAMES),
      memoryMib: fc.integer({ min: 1, max: 20 }),
      cpu: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      name: fc.constantFrom(...NAMES),
      sizeMib: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('destroy' as const), which: fc.nat(20) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      path: fc.constantFrom(...PATHS),
      limits,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('assert' as const), limits, setAt: fc.nat(5) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), path: fc.constantFrom(...PATHS) }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      end: fc.oneof(
        { weight: 4, arbitrary: fc.constant('done' as const) },
        { weight: 1, arbitrary: fc.constantFrom('failed' as const, 'failed late' as const) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

it('no sequence of creates, destroys and changes at the same time, on whatever disk, exceeds any policy', async () => {
  const tally = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const file = new FakePolicyFile();
      const bench = await PolicyBench.start(file);
      bench.machine = MACHINE;
      for (const one of steps) {
        const outcome = await carryOut(one, bench, file);
        tally.set(`${one.kind} ${outcome}`, (tally.get(`${one.kind} ${outcome}`) ?? 0) + 1);
        await settled();
        assertWithin(bench, file);
      }
      while (file.end('done')) {
        await settled();
        assertWithin(bench, file);
      }
      await bench.restart();
      assertWithin(bench, file);
    }),
    { numRuns: 400 },
  );
  // Otherwise the steps say nothing.
  const wanted = ['create done', 'create refused', 'block done', 'block refused', 'disk done'];
  for (const what of wanted) assert.ok((tally.get(what) ?? 0) > 100, `${what}: ${tally.get(what)}`);
});

async function carryOut(one: Step, bench: PolicyBench, file: FakePolicyFile): Promise<string> {
  switch (one.kind) {
    case 'create': {
      const { name, memoryMib, cpu } = one;
      const bridges = memoryMib % 2 === 0 ? ['br0'] : [];
      return attempt(() => bench.create(share(name, memoryMib, { cpus: [cpu], bridges })));
    }
    case 'block':
      return attempt(() => bench.createBlock(block(one.name, one.sizeMib)));
    case 'destroy':
      bench.unikernels = bench.unikernels.toSpliced(one.which, 1);
      bench.blocks = bench.blocks.toSpliced(one.which, 1);
      break;
    case 'add':
      inBackground(bench.add(one.path, one.limits));
      break;
    case 'assert': {
      const { limits, setAt } = one;
      inBackground(bench.assert({ 'a:': { limits, setAt }, 'a:b:': { limits, setAt } }));
      break;
    }
    case 'remove':
      inBackground(bench.remove(one.path));
      break;
    case 'disk':
      return file.end(one.end) ? 'done' : 'idle';
    case 'restart':
      file.die();
      await bench.restart();
  }
  return 'done';
}

function attempt(work: () => void): string {
  try {
    work();
    return 'done';
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'POLICY_EXCEEDED', String(error));
    return 'refused';
  }
}

/** Callers wait for no other; whether theirs was done is the book's to know. */
function inBackground(change: Promise<unknown>): void {
  change.catch((error: unknown) => assert.ok(error instanceof Failure, String(error)));
}

/** Told in other words than the program's: of what a restart would find, and of the machine where nobody chose. */
function assertWithin(bench: PolicyBench, file: FakePolicyFile): void {
  const { policies } = file.content;
  const root = policies.get(ROOT)?.policy ?? MACHINE;
  const all = [...policies].map(([path, stored]) => [path, stored.policy] as const);
  for (const [path, policy] of [...all, [ROOT, root] as const]) {
    const unikernels = bench.unikernels.filter(({ name }) => isWithin(pathOf(name), path));
    const blocks = bench.blocks.filter(({ name }) => isWithin(pathOf(name), path));
    assertFits({ unikernels, blocks }, policy, path);
  }
}

function assertFits({ unikernels, blocks }: Holdings, policy: Policy, path: string): void {
  const memory = unikernels.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
  const storage = blocks.reduce((sum, { sizeMib }) => sum + sizeMib, 0);
  assert.ok(unikernels.length <= policy.unikernels, `too many unikernels in ${path}`);
  assert.ok(memory <= policy.memoryMib, `too much memory in ${path}`);
  assert.ok(storage <= (policy.blockMib ?? 0), `too much block storage in ${path}`);
  for (const { cpus, bridges } of unikernels) {
    assert.ok(cpus.every((cpu) => policy.cpus.includes(cpu) && MACHINE.cpus.includes(cpu)));
    assert.ok(bridges.every((bridge) => policy.bridges.includes(bridge)));
  }
}
