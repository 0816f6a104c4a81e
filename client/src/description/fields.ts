import type { Policy } from '@albatross/shared/domain/policy';
import { cpuRanges } from '@albatross/shared/domain/policy-words';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import { STARTUP_PRIORITY_DEFAULT } from '@albatross/shared/domain/unikernel';
import type { Change } from './change.ts';
import { isSame, type Unikernel } from './tree.ts';

/** One thing about what changes, before and afterwards; null where there is nothing to say it of. */
export interface Field {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  /** For people: `memory 32 → 64 MiB`; null where it goes without saying. */
  readonly words: string | null;
}

/** In which fields the two differ. */
export function fieldsOf(change: Change): readonly Field[] {
  switch (change.kind) {
    case 'policy':
      return differing(POLICY_FIELDS, change);
    case 'block':
      return differing(BLOCK_FIELDS, change);
    case 'unikernel':
      return [...differing(UNIKERNEL_FIELDS, change), ...argumentsField(change)];
  }
}

interface Aspect<T> {
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  readonly unit?: string;
  readonly of: (one: T) => unknown;
  readonly text?: (one: T) => string;
  /** Whether it goes without saying, of what is new. */
  readonly isUsual?: (one: T) => boolean;
}

function differing<T>(
  aspects: readonly Aspect<T>[],
  { before, after }: { readonly before: T | null; readonly after: T | null },
): readonly Field[] {
  return aspects.flatMap(({ name, title, unit, of, text = (one) => String(of(one)), isUsual }) => {
    const [was, is] = [before, after].map((one) => (one === null ? null : of(one)));
    if (isSame(was, is)) return [];
    const told = [before, after].flatMap((one) => (one === null ? [] : text(one))).join(' → ');
    const isSilent = before === null && after !== null && isUsual?.(after) === true;
    const words = isSilent ? null : `${title} ${told}${unit === undefined ? '' : ` ${unit}`}`;
    return [{ name, before: was, after: is, words }];
  });
}

const list = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(','));
const cpus = ({ cpus }: { readonly cpus: readonly number[] }): string => list(cpuRanges(cpus));

const POLICY_FIELDS: readonly Aspect<Policy>[] = [
  {
    name: 'unikernels',
    title: 'unikernels',
    of: ({ unikernels }) => unikernels,
    text: ({ unikernels }) => (unikernels === POLICY_UNIKERNELS_MAX ? 'any' : `${unikernels}`),
  },
  { name: 'memoryMib', title: 'memory', unit: 'MiB', of: ({ memoryMib }) => memoryMib },
  { name: 'cpus', title: 'CPUs', of: ({ cpus }) => cpus, text: cpus },
  {
    name: 'bridges',
    title: 'bridges',
    of: ({ bridges }) => bridges,
    text: ({ bridges }) => list(bridges),
    isUsual: ({ bridges }) => bridges.length === 0,
  },
  {
    name: 'blockMib',
    title: 'block storage',
    of: ({ blockMib }) => blockMib,
    text: ({ blockMib }) => (blockMib === null ? 'none' : `${blockMib} MiB`),
    isUsual: ({ blockMib }) => blockMib === null,
  },
];

const BLOCK_FIELDS: readonly Aspect<number>[] = [
  { name: 'sizeMib', title: 'size', unit: 'MiB', of: (sizeMib) => sizeMib },
];

const UNIKERNEL_FIELDS: readonly Aspect<Unikernel>[] = [
  {
    name: 'digest',
    title: 'image',
    of: ({ digest }) => digest,
    text: ({ digest }) => digest.slice(0, 12),
  },
  { name: 'memoryMib', title: 'memory', unit: 'MiB', of: ({ memoryMib }) => memoryMib },
  { name: 'cpus', title: 'CPUs', of: ({ cpus }) => cpus, text: cpus },
  {
    name: 'startupPriority',
    title: 'start-up priority',
    of: ({ startupPriority }) => startupPriority,
    isUsual: ({ startupPriority }) => startupPriority === STARTUP_PRIORITY_DEFAULT,
  },
  {
    name: 'restart',
    title: 'restart',
    of: ({ restart }) => restart,
    text: ({ restart }) =>
      restart.kind === 'never' ? 'never' : ['on-exit', ...restart.statuses].join(' '),
    isUsual: ({ restart }) => restart.kind === 'never',
  },
  {
    name: 'addName',
    title: '--name',
    of: ({ addName }) => addName,
    text: ({ addName }) => (addName ? 'given' : 'not given'),
    isUsual: ({ addName }) => addName,
  },
  {
    name: 'nets',
    title: 'networks',
    of: ({ nets }) => nets,
    text: ({ nets }) =>
      list(
        nets.map(({ name, bridge, mac }) => `${name}:${bridge}${mac === null ? '' : `@${mac}`}`),
      ),
    isUsual: ({ nets }) => nets.length === 0,
  },
  {
    name: 'blocks',
    title: 'blocks',
    of: ({ blocks }) => blocks,
    text: ({ blocks }) =>
      list(
        blocks.map(({ name, device, sectorBytes }) => {
          return `${name}:${device}${sectorBytes === null ? '' : `@${sectorBytes}`}`;
        }),
      ),
    isUsual: ({ blocks }) => blocks.length === 0,
  },
  {
    name: 'state',
    title: 'state',
    of: ({ state }) => (state === 'stopped' ? state : 'running'),
    isUsual: ({ state }) => state !== 'stopped',
  },
];

/** They may be secrets: how many there are, and whether they are others. */
function argumentsField({
  before,
  after,
}: {
  readonly before: Unikernel | null;
  readonly after: Unikernel | null;
}): readonly Field[] {
  const [was, is] = [before, after].map((one) => one?.arguments ?? null);
  if (isSame(was, is)) return [];
  const counts = [was, is].flatMap((one) => (one == null ? [] : [one.length]));
  if (counts.every((count) => count === 0)) return [];
  const told = was?.length === is?.length ? `${is?.length} others` : counts.join(' → ');
  return [
    {
      name: 'argumentCount',
      before: was?.length ?? null,
      after: is?.length ?? null,
      words: `arguments ${told}`,
    },
  ];
}
