import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import {
  isPathName,
  isWithin,
  parseUnikernelName,
  ROOT,
  type Name,
  type PathName,
} from '@albatross/shared/domain/name';
import {
  nameAmongFew,
  pathAmongFew,
  unikernelName,
} from '@albatross/shared/domain/testing/arbitrary-name';
import { path } from '@albatross/shared/domain/testing/policies';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { policyEntry, runningUnikernel } from '../testing/state-entries.ts';
import { nameTree, type TreeNode, type TreeParts } from './name-tree.ts';
import { BOXES, PLAIN, strokesFor, treeLines, treeToJson } from './tree-view.ts';

const now = Date.UTC(2026, 0, 31, 12, 0, 0);
const limits = { unikernels: 4, memoryMib: 256, cpus: [0, 1], blockMib: 100, bridges: ['service'] };

function policyOf(text: string, usage: Partial<PolicyEntry['usage']> = {}): PolicyEntry {
  const entry = policyEntry(text, limits);
  return { ...entry, usage: { ...entry.usage, ...usage } };
}

function blockOf(name: string, changes: Partial<BlockEntry> = {}): BlockEntry {
  return {
    name: parseUnikernelName(name),
    sizeMib: 16,
    usedBy: null,
    fault: null,
    ...changes,
  };
}

const PARTS: TreeParts = {
  policies: [
    policyOf(':', { unikernels: 3, memoryMib: 96, blockMib: 32 }),
    policyOf('foo:', { unikernels: 2, memoryMib: 64, blockMib: 32 }),
    policyOf('zed:'),
  ],
  unikernels: [
    runningUnikernel('foo:bar:web', { startedAt: now - 3_600_000 }),
    runningUnikernel('foo:again', {
      state: 'backing-off',
      pid: null,
      restarts: 12,
      exit: { kind: 'signal', signal: 11 },
      nextTryAt: now + 12_000,
    }),
    runningUnikernel('hello', { startedAt: now - 90_000, restarts: 1 }),
  ],
  blocks: [
    blockOf('foo:bar:data', { usedBy: parseUnikernelName('foo:bar:web') }),
    blockOf('foo:data', { fault: 'its file is gone' }),
  ],
};

describe('the tree of names', () => {
  it('has in each path its unikernels, its block devices, and the paths below', () => {
    assert.deepEqual(treeLines(nameTree(ROOT, PARTS), BOXES, now), [
      ':  3 of 4 unikernels, 96 of 256 MiB, 32 of 100 MiB of block storage, CPUs 0-1, bridge service',
      '├─ hello  running, up 1 min 30 s, 1 restart, 32 MiB',
      '├─ foo:  2 of 4 unikernels, 64 of 256 MiB, 32 of 100 MiB of block storage, CPUs 0-1, bridge service',
      '│  ├─ foo:again  backing-off, signal 11, next try in 12 s, 12 restarts, 32 MiB',
      '│  ├─ foo:data  block device of 16 MiB, unused, unusable: its file is gone',
      '│  └─ foo:bar:  1 unikernel, 32 MiB of memory, 16 MiB of block storage, no policy',
      '│     ├─ foo:bar:web  running, up 1 h, 32 MiB',
      '│     └─ foo:bar:data  block device of 16 MiB, used by web',
      '└─ zed:  0 of 4 unikernels, 0 of 256 MiB, 0 of 100 MiB of block storage, CPUs 0-1, bridge service',
    ]);
  });

  it('is drawn with plain characters where there are no others', () => {
    const lines = treeLines(nameTree(ROOT, PARTS), PLAIN, now);
    assert.deepEqual(
      lines.slice(3, 8).map((line) => line.slice(0, 13)),
      ['|  |- foo:aga', '|  |- foo:dat', '|  `- foo:bar', '|     |- foo:', '|     `- foo:'],
    );
    assert.ok(lines.every((line) => /^[\x20-\x7e]*$/.test(line)));
  });

  it('begins where it is told to, also where there is nothing', () => {
    const below = nameTree(path('foo:bar:'), {
      policies: [],
      unikernels: PARTS.unikernels.slice(0, 1),
      blocks: [],
    });
    assert.deepEqual(treeLines(below, BOXES, now), [
      'foo:bar:  1 unikernel, 32 MiB of memory, no policy',
      '└─ foo:bar:web  running, up 1 h, 32 MiB',
    ]);
    const nothing = nameTree(path('none:'), { policies: [], unikernels: [], blocks: [] });
    assert.deepEqual(treeLines(nothing, BOXES, now), ['none:  nothing, no policy']);
  });

  it('counts what holds its share only, as the supervisor does', () => {
    const exited = runningUnikernel('a:over', { state: 'exited', pid: null });
    const [below] = nameTree(ROOT, { policies: [], unikernels: [exited], blocks: [] }).below;
    assert.deepEqual(below?.usage, { unikernels: 0, memoryMib: 0, blockMib: 0 });
  });

  it('is nested for programs, every path in the same shape', () => {
    const json = treeToJson(nameTree(ROOT, PARTS)) as JsonNode;
    const keys = ['path', 'policy', 'usage', 'unikernels', 'blocks', 'paths'];
    for (const node of allNodes(json)) assert.deepEqual(Object.keys(node), keys);
    assert.deepEqual(
      allNodes(json).map((node) => node.path),
      [':', 'foo:', 'foo:bar:', 'zed:'],
    );
    assert.equal(json.unikernels[0]?.startedAt, '2026-01-31T11:58:30.000Z');
  });
});

it('box characters are for locales that have them', () => {
  for (const [env, strokes] of [
    [{ LANG: 'en_GB.UTF-8' }, BOXES],
    [{ LANG: 'C.utf8' }, BOXES],
    [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, PLAIN],
    [{ LC_ALL: '', LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }, BOXES],
    [{ LANG: 'de_DE.ISO-8859-1' }, PLAIN],
    [{}, PLAIN],
  ] as const)
    assert.equal(strokesFor(env), strokes, JSON.stringify(env));
});

it('every name stands in the tree once, below the path it is in, whatever there is', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const { root } = given;
      const tree = nameTree(root, given);
      const names = treeLines(tree, PLAIN, now).map(nameIn);
      const paths = names.filter((name) => name.endsWith(':'));
      assert.equal(new Set(paths).size, paths.length, 'a path is there twice');
      const expected = [...given.unikernels, ...given.blocks].map(({ name }) => name);
      const others = names.filter((name) => !name.endsWith(':'));
      assert.deepEqual(others.toSorted(), expected.toSorted());
      for (const { path: policed } of given.policies) assert.ok(paths.includes(policed), policed);
      for (const node of nodesOf(tree))
        for (const below of node.below) assert.ok(isWithin(below.path, node.path), below.path);
    }),
  );
});

const names = fc.oneof(nameAmongFew, unikernelName);

/** What there is below a path, each of its kind once. */
const parts: fc.Arbitrary<TreeParts & { readonly root: PathName }> = fc
  .record({
    root: fc.oneof(fc.constant(ROOT), pathAmongFew),
    unikernels: fc.uniqueArray(names, { maxLength: 12 }),
    blocks: fc.uniqueArray(names, { maxLength: 6 }),
    policies: fc.uniqueArray(pathAmongFew, { maxLength: 6 }),
  })
  .map(({ root, unikernels, blocks, policies }) => ({
    root,
    unikernels: below(unikernels, root).map((name) => runningUnikernel(name)),
    blocks: below(blocks, root).map((name) => blockOf(name)),
    policies: policies.filter((one) => isWithin(one, root)).map((one) => policyOf(one)),
  }));

function below(all: readonly Name[], root: PathName): readonly Name[] {
  return all.filter((name) => !isPathName(name) && isWithin(name, root));
}

/** What a line is about. */
function nameIn(line: string): string {
  return /^(?:[|` ]  |[|`]- )*(\S+) {2}/.exec(line)?.[1] ?? assert.fail(line);
}

function nodesOf(node: TreeNode): readonly TreeNode[] {
  return [node, ...node.below.flatMap(nodesOf)];
}

interface JsonNode {
  readonly path: string;
  readonly unikernels: readonly { readonly startedAt: string | null }[];
  readonly paths: readonly JsonNode[];
}

function allNodes(node: JsonNode): readonly JsonNode[] {
  return [node, ...node.paths.flatMap(allNodes)];
}
