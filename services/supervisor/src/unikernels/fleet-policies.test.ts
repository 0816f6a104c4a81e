import type { LifeRecord } from '@albatross/shared/domain/life';
import { Failure } from '@albatross/shared/contracts/failures';
import { isWithin, parseUnikernelName, ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Policy, Share } from '@albatross/shared/domain/policy';
import { path } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { FakeHost } from '../host/fake-host.ts';
import type { StartPlan } from '../host/host.ts';
import { ALWAYS, Bench, CALLER, imageOf } from '../testing/bench.ts';
import { shareOf } from './unikernel.ts';

const MACHINE: Policy = {
  unikernels: 4,
  memoryMib: 40,
  cpus: [0, 1],
  blockMib: 20,
  bridges: ['backend', 'service'],
};
const PATHS = [':', 'a:', 'a:b:'] as const;
const NAMES = ['x', 'a:x', 'a:b', 'a:b:x'] as const;
const BLOCKS = ['data', 'a:data', 'a:b:data'] as const;
const IMAGE = imageOf(1, [{ name: 'net', kind: 'net' }]);

type Name = (typeof NAMES)[number];

interface Config {
  readonly memoryMib: number;
  readonly cpus: number[];
  readonly bridge: string;
}

type Step =
  | {
      readonly kind: 'create';
      readonly name: Name;
      readonly config: Config;
      readonly force: boolean;
      readonly fails: boolean;
    }
  | {
      readonly kind: 'change';
      readonly name: Name;
      readonly config: Config;
      readonly fails: boolean;
    }
  | { readonly kind: 'restart' | 'stop' | 'start' | 'destroy' | 'exit'; readonly name: Name }
  | { readonly kind: 'block'; readonly name: string; readonly sizeMib: number }
  | { readonly kind: 'remove-block'; readonly name: string }
  | { readonly kind: 'policy'; readonly path: string; readonly limits: Policy }
  | { readonly kind: 'remove-policy'; readonly path: string }
  | { readonly kind: 'moment'; readonly turns: number }
  /** Nobody does anything before all of the above is done. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'new-supervisor' };

/** What there is of every name at first. */
const SMALL = { config: { memoryMib: 2, cpus: [0], bridge: 'backend' }, fails: false };

const name = fc.constantFrom(...NAMES);
const config: fc.Arbitrary<Config> = fc.record({
  memoryMib: fc.constantFrom(1, 2, 9, 10, 17, 18),
  cpus: fc.constantFrom([0], [0, 1], [1], [2]),
  bridge: fc.constantFrom('backend', 'service'),
});
const limits: fc.Arbitrary<Policy> = fc.record({
  unikernels: fc.integer({ min: 2, max: 5 }),
  memoryMib: fc.integer({ min: 6, max: 45 }),
  cpus: fc.constantFrom([0], [0, 1]),
  blockMib: fc.option(fc.integer({ min: 1, max: 12 })),
  bridges: fc.constantFrom(['backend'], ['backend', 'service']),
});
const plain = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
const of = <Kind extends Step['kind']>(kind: Kind) => fc.constant(kind);

const step: fc.Arbitrary<Step> = fc.oneof(
  plain(
    6,
    fc.record({ kind: of('create'), name, config, force: fc.boolean(), fails: sometimes() }),
  ),
  plain(6, fc.record({ kind: of('change'), name, config, fails: sometimes() })),
  plain(
    5,
    fc.record({
      kind: fc.constantFrom('restart' as const, 'stop' as const, 'start' as const),
      name,
    }),
  ),
  plain(2, fc.record({ kind: of('destroy'), name })),
  plain(2, fc.record({ kind: of('exit'), name })),
  plain(
    6,
    fc.record({
      kind: of('block'),
      name: fc.constantFrom(...BLOCKS),
      sizeMib: fc.constantFrom(1, 4, 9, 12),
    }),
  ),
  plain(3, fc.record({ kind: of('remove-block'), name: fc.constantFrom(...BLOCKS) })),
  plain(4, fc.record({ kind: of('policy'), path: fc.constantFrom(...PATHS), limits })),
  plain(2, fc.record({ kind: of('remove-policy'), path: fc.constantFrom(...PATHS) })),
  plain(6, fc.record({ kind: of('moment'), turns: fc.integer({ min: 1, max: 60 }) })),
  plain(3, fc.record({ kind: of('pause') })),
  plain(1, fc.record({ kind: of('new-supervisor') })),
);

function sometimes(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 2 }).map((one) => one === 0);
}

/** Lets others in between, fails some starts, and looks after each whether everything fits still. */
class WatchedHost extends FakeHost {
  onStarted: () => void = () => undefined;

  constructor() {
    super({ memoryMib: MACHINE.memoryMib, policy: MACHINE });
  }

  override async startLife(plan: StartPlan): Promise<LifeRecord> {
    const isFailing = plan.config.arguments[0] === 'fails';
    await turns(isFailing ? 300 : 30);
    if (isFailing) throw new Error('the start fails');
    const record = await super.startLife(plan);
    this.onStarted();
    return record;
  }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
}

it('no sequence of requests at the same time ever exceeds any policy', async () => {
  const tally = new Map<string, number>();
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 15, maxLength: 30 }),
    async (steps) => {
      const host = new WatchedHost();
      await using bench = await Bench.start({ host });
      const broken: string[] = [];
      host.onStarted = () => void broken.push(...excesses(bench, host));
      const underWay: Promise<void>[] = [];
      const counted = (kind: string, work: Promise<unknown>): void => {
        const outcome = work.then(
          () => 'done',
          (error: unknown) => (error instanceof Failure ? error.code : String(error)),
        );
        underWay.push(
          outcome.then(
            (how) => void tally.set(`${kind} ${how}`, (tally.get(`${kind} ${how}`) ?? 0) + 1),
          ),
        );
      };
      for (const one of NAMES) await bench.create(one, { image: IMAGE, ...configOf(SMALL) });
      for (const one of steps) {
        if (one.kind === 'moment') await turns(one.turns);
        else if (one.kind === 'pause') await Promise.all(underWay);
        else if (one.kind === 'new-supervisor') {
          await Promise.all(underWay);
          await bench.restart();
        } else counted(one.kind, carryOut(one, bench, host));
        broken.push(...excesses(bench, host));
      }
      await Promise.all(underWay);
      await bench.look();
      broken.push(...excesses(bench, host));
      assert.deepEqual(broken, []);
    },
  );
  await fc.assert(property, { numRuns: 35 });
  // Otherwise the steps say nothing.
  for (const what of ['create', 'change', 'block', 'policy', 'start'])
    assert.ok((tally.get(`${what} done`) ?? 0) > 0, `${what}: ${JSON.stringify([...tally])}`);
  for (const what of ['create', 'change', 'block'])
    assert.ok((tally.get(`${what} POLICY_EXCEEDED`) ?? 0) > 0, JSON.stringify([...tally]));
  assert.ok((tally.get('policy POLICY_CONFLICT') ?? 0) > 0, JSON.stringify([...tally]));
});

function carryOut(
  one: Exclude<Step, { kind: 'moment' | 'pause' | 'new-supervisor' }>,
  bench: Bench,
  host: FakeHost,
): Promise<unknown> {
  const { blocks, policies } = bench.parts;
  const id = randomUUID();
  switch (one.kind) {
    case 'create':
      return bench.create(one.name, { image: IMAGE, force: one.force, ...configOf(one) });
    case 'change':
      return bench.restartOne(one.name, configOf(one));
    case 'restart':
      return bench.restartOne(one.name);
    case 'stop':
      return bench.stop(one.name);
    case 'start':
      return bench.startOne(one.name);
    case 'destroy':
      return bench.destroy(one.name);
    case 'exit': {
      const unikernel = parseUnikernelName(one.name);
      if (host.running().includes(unikernel)) host.end(unikernel, { kind: 'status', status: 2 });
      return Promise.resolve();
    }
    case 'block':
      return bench.createBlock(one.name, one.sizeMib);
    case 'remove-block':
      return blocks.remove(CALLER, { id, name: parseUnikernelName(one.name) });
    case 'policy':
      return policies.add(CALLER, { id, name: path(one.path), policy: one.limits });
    case 'remove-policy':
      return policies.remove(CALLER, { id, name: path(one.path) });
  }
}

function configOf({ config, fails }: { readonly config: Config; readonly fails: boolean }) {
  const { memoryMib, cpus, bridge } = config;
  return {
    memoryMib,
    cpus,
    nets: [{ name: 'net', bridge, mac: null }],
    // Some are started again when they end, some are not.
    restart: memoryMib % 2 === 0 ? ALWAYS : ({ kind: 'never' } as const),
    arguments: fails ? ['fails'] : [],
  };
}

/** Told in other words than the program's: of what runs, of what is held, and of the policies there are. */
function excesses(bench: Bench, host: FakeHost): readonly string[] {
  const { inventory, policies, blocks } = bench.parts;
  const names = host.running();
  const twice = names.filter((one, index) => names.indexOf(one) !== index);
  const running = names.map((one) => shareOf(host.newest(one).plan.config));
  const devices = blocks.list({ name: ROOT }).blocks;
  return [
    ...twice.map((one) => `${one} runs twice`),
    ...policies
      .info({ name: ROOT })
      .policies.flatMap(({ path: at, policy }) => [
        ...exceeds('running', at, policy, running),
        ...exceeds('held', at, policy, inventory.shares()),
        ...over(`${at} storage`, policy.blockMib ?? 0, sumOf(within(devices, at), 'sizeMib')),
      ]),
  ];
}

function exceeds(
  what: string,
  at: PathName,
  policy: Pick<Policy, keyof Policy>,
  shares: readonly Share[],
): readonly string[] {
  const inside = within(shares, at);
  return [
    ...over(`${at} ${what} unikernels`, policy.unikernels, inside.length),
    ...over(`${at} ${what} memory`, policy.memoryMib, sumOf(inside, 'memoryMib')),
    ...inside
      .filter(({ cpus }) => cpus.some((cpu) => !policy.cpus.includes(cpu)))
      .map((one) => `${at} ${what} ${one.name} has other CPUs`),
    ...inside
      .filter(({ bridges }) => bridges.some((bridge) => !policy.bridges.includes(bridge)))
      .map((one) => `${at} ${what} ${one.name} has other bridges`),
  ];
}

function within<One extends { readonly name: string }>(all: readonly One[], at: PathName) {
  return all.filter((one) => isWithin(parseUnikernelName(one.name), at));
}

function sumOf<Key extends string>(
  all: readonly { readonly [K in Key]: number }[],
  key: Key,
): number {
  return all.reduce((sum, one) => sum + one[key], 0);
}

function over(what: string, limit: number, used: number): readonly string[] {
  return used > limit ? [`${what}: ${used} of ${limit}`] : [];
}
