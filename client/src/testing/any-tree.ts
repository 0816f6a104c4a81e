import { isWithin, pathOf, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { usageOf } from '@albatross/shared/domain/usage';
import * as fc from 'fast-check';
import { shareOf } from '../description/standing.ts';
import { normalForm, type Tree, type Unikernel } from '../description/tree.ts';

const PATHS = ['foo:', 'foo:bar:', 'foo:bar:baz:', 'qux:'] as PathName[];
const UNIKERNELS = ['foo:a', 'foo:b', 'foo:bar:a', 'foo:bar:b', 'qux:a', 'top'] as UnikernelName[];

interface Options {
  /** Whether block devices may go from one unikernel to another, and be many: then some orders are impossible. */
  readonly areBlocksShared: boolean;
}

/** A tree that can be: each policy allows what is used and what those below it allow. */
export function anyTree(options: Options): fc.Arbitrary<Tree> {
  return fc
    .record({
      unikernels: fc.array(fc.tuple(fc.constantFrom(...UNIKERNELS), anyUnikernel)),
      slacks: fc.dictionary(fc.constantFrom<string>(...PATHS), fc.nat(3)),
    })
    .map(({ unikernels, slacks }) => treeOf(new Map(unikernels), slacks, options));
}

const anyUnikernel = fc.record({
  digest: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)),
  memoryMib: fc.integer({ min: 1, max: 9 }),
  cpus: fc.subarray([0, 1, 2], { minLength: 1 }),
  bridges: fc.subarray(['br0', 'br1']),
  device: fc.option(fc.constantFrom('x', 'y')),
  startupPriority: fc.nat(3),
  statuses: fc.option(fc.array(fc.nat(255), { maxLength: 2 })),
  arguments: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 2 }),
  addName: fc.boolean(),
  state: fc.constantFrom('running', 'stopped', 'ended'),
});

type Drawn = typeof anyUnikernel extends fc.Arbitrary<infer T> ? T : never;

function treeOf(
  drawn: ReadonlyMap<UnikernelName, Drawn>,
  slacks: Readonly<Record<string, number>>,
  { areBlocksShared }: Options,
): Tree {
  const blocks = new Map<UnikernelName, number>();
  const unikernels = new Map<UnikernelName, Unikernel>();
  for (const [name, one] of drawn) {
    const path = pathOf(name);
    const device = areBlocksShared ? one.device : `of-${name.replaceAll(':', '-')}`;
    const block = (path === ':' ? device : `${path}${device}`) as UnikernelName;
    const isFree = one.device !== null && !(areBlocksShared && blocks.has(block));
    if (isFree) blocks.set(block, 2);
    unikernels.set(name, unikernelOf(name, one, isFree ? device : null));
  }
  const shares = [...unikernels].map(([name, one]) => shareOf(name, one));
  const sizes = [...blocks].map(([name, sizeMib]) => ({ name, sizeMib }));
  const policies = new Map<PathName, Policy>();
  // From below upwards.
  for (const path of PATHS.toReversed()) {
    const slack = slacks[path];
    if (slack === undefined) continue;
    const below = [...policies].filter(([one]) => isWithin(one, path)).map(([, policy]) => policy);
    const usage = usageOf(path, { unikernels: shares, blocks: sizes });
    policies.set(path, policyOf([usage, ...below], slack, areBlocksShared));
  }
  return { policies, blocks, unikernels };
}

function policyOf(needs: readonly Policy[], slack: number, isTight: boolean): Policy {
  const most = (of: (need: Policy) => number): number => Math.max(...needs.map(of));
  const cpus = [...new Set(needs.flatMap(({ cpus }) => cpus))].toSorted((a, b) => a - b);
  return {
    unikernels: Math.max(1, most(({ unikernels }) => unikernels) + (slack % 2)),
    memoryMib: Math.max(1, most(({ memoryMib }) => memoryMib) + slack),
    cpus: cpus.length === 0 ? [0] : cpus,
    // What goes is destroyed last, so that both must fit.
    blockMib: isTight ? most(({ blockMib }) => blockMib ?? 0) || null : 100,
    bridges: [...new Set(needs.flatMap(({ bridges }) => bridges))].toSorted(),
  };
}

function unikernelOf(name: UnikernelName, drawn: Drawn, device: string | null): Unikernel {
  const { bridges, statuses, device: _, ...rest } = drawn;
  return normalForm(name, {
    ...rest,
    nets: bridges.map((bridge, index) => ({ name: `net${index}`, bridge, mac: null })),
    blocks: device === null ? [] : [{ name: 'storage', device, sectorBytes: null }],
    restart: statuses === null ? { kind: 'never' } : { kind: 'on-exit', statuses },
  });
}

/** As a file could ask for it: what has ended counts as running. */
export function askedFor(tree: Tree): Tree {
  const unikernels = [...tree.unikernels].map(
    ([name, one]): readonly [UnikernelName, Unikernel] => [
      name,
      one.state === 'ended' ? { ...one, state: 'running' } : one,
    ],
  );
  return { ...tree, unikernels: new Map(unikernels) };
}
