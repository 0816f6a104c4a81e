import type { DomainUse } from '@albatross/shared/contracts/heartbeat';
import { expose, gauge, gaugeBy, labelText, type Family } from './exposition.ts';

/** What is used and allowed at and below each path, as text in pieces. */
export function* exposePaths(domains: ReadonlyMap<string, DomainUse>): Generator<string> {
  const paths = [...domains].map(([path, of]) => ({ labels: labelText({ path }), of }));
  for (const family of PATH) yield* expose(family, paths);
}

const MIB = 1024 * 1024;

const PATH: readonly Family<DomainUse>[] = [
  gauge(
    'albatross_path_unikernels',
    'Unikernels at and below a path.',
    ({ used }) => used.unikernels,
  ),
  gauge(
    'albatross_path_unikernels_limit',
    'As many as its policy allows.',
    ({ maximum }) => maximum?.unikernels ?? null,
  ),
  gauge(
    'albatross_path_memory_bytes',
    'Memory given to the unikernels at and below a path.',
    ({ used }) => used.memoryMib * MIB,
  ),
  gauge('albatross_path_memory_limit_bytes', 'As much as its policy allows.', ({ maximum }) =>
    bytesOf(maximum?.memoryMib),
  ),
  gaugeBy(
    'albatross_path_block_bytes',
    'Block devices at and below a path, by whether a unikernel has them.',
    'attached',
    {
      true: ({ used }) => used.attachedBlockMib * MIB,
      false: ({ used }) => used.unattachedBlockMib * MIB,
    },
  ),
  gauge(
    'albatross_path_block_limit_bytes',
    'As much as its policy allows; nothing where it allows no block devices.',
    ({ maximum }) => bytesOf(maximum?.blockMib),
  ),
];

function bytesOf(mib: number | null | undefined): number | null {
  return mib === null || mib === undefined ? null : mib * MIB;
}
