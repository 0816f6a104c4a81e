import type { PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import type { Tree, Unikernel } from './tree.ts';
import type { Json } from './write-yaml.ts';

/** How the file of an image is called, if it has one. */
export type ImageFileOf = (digest: string) => string | null;

/**
 * A description as it stands in a file, a function of what is described alone: in order, everything said, also
 * what is as by default; lists and maps that are empty are left out.
 */
export function writeDescription(
  path: PathName,
  tree: Tree,
  imageFileOf: ImageFileOf,
): Readonly<Record<string, Json>> {
  return {
    version: 1,
    path,
    ...section('policies', tree.policies, writePolicy),
    ...section('blocks', tree.blocks, (sizeMib) => ({ sizeMib })),
    ...section('unikernels', tree.unikernels, (one) => writeUnikernel(one, imageFileOf)),
  };
}

/** The root first: what is above comes before what is below. */
function section<T>(
  title: string,
  all: ReadonlyMap<string, T>,
  write: (one: T) => Json,
): Readonly<Record<string, Json>> {
  if (all.size === 0) return {};
  const order = (name: string): string => (name === ':' ? '' : name);
  const sorted = [...all].toSorted(([a], [b]) => (order(a) < order(b) ? -1 : 1));
  return { [title]: Object.fromEntries(sorted.map(([name, one]) => [name, write(one)])) };
}

function writePolicy({ unikernels, memoryMib, cpus, bridges, blockMib }: Policy): Json {
  return {
    unikernels,
    memoryMib,
    cpus,
    ...(bridges.length === 0 ? {} : { bridges }),
    ...(blockMib === null ? {} : { blockMib }),
  };
}

function writeUnikernel(unikernel: Unikernel, imageFileOf: ImageFileOf): Json {
  const { digest, restart, nets, blocks } = unikernel;
  const file = imageFileOf(digest);
  return {
    image: { ...(file === null ? {} : { file }), sha256: digest },
    memoryMib: unikernel.memoryMib,
    cpus: unikernel.cpus,
    startupPriority: unikernel.startupPriority,
    restart: writeRestart(restart),
    ...(unikernel.arguments.length === 0 ? {} : { arguments: unikernel.arguments }),
    addName: unikernel.addName,
    ...devices('networks', nets, ({ bridge, mac }) => ({
      bridge,
      ...(mac === null ? {} : { mac }),
    })),
    ...devices('blocks', blocks, ({ device, sectorBytes }) => ({
      device,
      ...(sectorBytes === null ? {} : { sectorBytes }),
    })),
    state: unikernel.state === 'stopped' ? 'stopped' : 'running',
  };
}

function writeRestart(restart: Unikernel['restart']): Json {
  if (restart.kind === 'never') return 'never';
  return restart.statuses.length === 0 ? 'on-exit' : { 'on-exit': restart.statuses };
}

function devices<T extends { readonly name: string }>(
  title: string,
  all: readonly T[],
  write: (one: T) => Json,
): Readonly<Record<string, Json>> {
  if (all.length === 0) return {};
  return { [title]: Object.fromEntries(all.map((one) => [one.name, write(one)])) };
}
