import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { describeExit } from '@albatross/shared/domain/exit';
import { labelOf } from '@albatross/shared/domain/name';
import { policyToJson } from '../policy-view.ts';
import { toJson } from '../unikernel-view.ts';
import type { TreeNode } from './name-tree.ts';
import { policyUseWords, usageWords } from './policy-use.ts';
import { inWords, spanWords } from './span-words.ts';
import { runningSince } from './unikernel-table.ts';

/** What a tree is drawn with. */
export type Strokes = typeof BOXES;

export const BOXES = { fork: '├─ ', last: '└─ ', past: '│  ', none: '   ' };
export const PLAIN: Strokes = { fork: '|- ', last: '`- ', past: '|  ', none: '   ' };

/** Box characters where the locale says that text is UTF-8, on a terminal or not; plain ones elsewhere. */
export function strokesFor(env: NodeJS.ProcessEnv): Strokes {
  // An empty variable counts as none.
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /\butf-?8\b/i.test(locale) ? BOXES : PLAIN;
}

/** A line for each path, unikernel and block device, each called by its whole name. */
export function treeLines(tree: TreeNode, strokes: Strokes, now: number): readonly string[] {
  return [pathLine(tree), ...linesBelow(tree, strokes, now)];
}

/** The stable shape that programs get; every path is as the first. */
export function treeToJson({ path, policy, usage, unikernels, blocks, below }: TreeNode): object {
  return {
    path,
    policy: policy === null ? null : policyToJson(policy),
    usage,
    unikernels: unikernels.map(toJson),
    blocks,
    paths: below.map(treeToJson),
  };
}

function linesBelow(node: TreeNode, strokes: Strokes, now: number): readonly string[] {
  const branches = [
    ...node.unikernels.map((unikernel) => [unikernelLine(unikernel, now)]),
    ...node.blocks.map((block) => [blockLine(block)]),
    ...node.below.map((below) => treeLines(below, strokes, now)),
  ];
  return branches.flatMap((lines, index) => {
    const isLast = index === branches.length - 1;
    return lines.map((line, number) => {
      if (number === 0) return (isLast ? strokes.last : strokes.fork) + line;
      return (isLast ? strokes.none : strokes.past) + line;
    });
  });
}

function pathLine({ path, policy, usage }: TreeNode): string {
  if (policy === null) return `${path}  ${usageWords(usage)}, no policy`;
  return `${path}  ${policyUseWords(policy)}`;
}

function unikernelLine(unikernel: UnikernelSummary, now: number): string {
  const { name, state, memoryMib, restarts, nextTryAt, exit } = unikernel;
  const since = runningSince(unikernel);
  const parts = [
    state,
    ...(exit === null ? [] : [describeExit(exit)]),
    ...(nextTryAt === null ? [] : [`next try ${inWords(nextTryAt, now)}`]),
    ...(since === null ? [] : [`up ${spanWords(now - since)}`]),
    ...(restarts === 0 ? [] : [`${restarts} restart${restarts === 1 ? '' : 's'}`]),
    `${memoryMib} MiB`,
  ];
  return `${name}  ${parts.join(', ')}`;
}

function blockLine({ name, sizeMib, usedBy, fault }: BlockEntry): string {
  const use = usedBy === null ? 'unused' : `used by ${labelOf(usedBy)}`;
  const broken = fault === null ? '' : `, unusable: ${fault}`;
  return `${name}  block device of ${sizeMib} MiB, ${use}${broken}`;
}
