import type { Requests } from '@albatross/shared/bus/bus';
import { isPathName, parseName, ROOT, type PathName } from '@albatross/shared/domain/name';
import { readUnikernels } from '../info/read-unikernels.ts';
import { readBlocks } from '../read-blocks.ts';
import { readPolicies } from '../read-policies.ts';

/** `names` are unikernels and paths. */
export const LIVE_KINDS = ['unikernels', 'paths', 'devices', 'names'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** What the running system has of that kind and begins so, sorted. Throws a `Failure`, or a `NameError`. */
export async function liveNames(
  bus: Requests,
  what: LiveKind,
  prefix: string,
): Promise<readonly string[]> {
  // A colon in front is no part of a name, but the shell looks for what begins as it was typed.
  const colon = prefix.length > 1 && prefix.startsWith(':') ? ':' : '';
  const begun = prefix === ':' ? '' : prefix.slice(colon.length);
  const found = await namesBelow(bus, what, deepestPath(begun));
  const all = prefix === ':' ? found.filter((name) => name === ROOT) : found;
  return [...new Set(all)]
    .filter((name) => name.startsWith(begun) && (colon === '' || name !== ROOT))
    .map((name) => colon + name)
    .toSorted();
}

/** Below which everything stands that begins so: there is less to ask for. */
function deepestPath(begun: string): PathName {
  const path = parseName(begun.slice(0, begun.lastIndexOf(':') + 1) || ROOT);
  return isPathName(path) ? path : ROOT;
}

async function namesBelow(
  bus: Requests,
  what: LiveKind,
  path: PathName,
): Promise<readonly string[]> {
  switch (what) {
    case 'unikernels':
      return await unikernels(bus, path);
    case 'devices':
      return await devices(bus, path);
    case 'paths':
    case 'names': {
      const [running, limited, stored] = await Promise.all([
        unikernels(bus, path),
        policies(bus, path),
        what === 'paths' ? devices(bus, path) : [],
      ]);
      const paths = [...running, ...limited, ...stored].flatMap(pathsAbove);
      return what === 'paths' ? [ROOT, ...paths] : [ROOT, ...paths, ...running];
    }
  }
}

/** `foo:` and `foo:bar:` for `foo:bar:hello`; a path is among its own. */
function pathsAbove(name: string): readonly string[] {
  return [...name.matchAll(/[^:]:/g)].map(({ index }) => name.slice(0, index + 2));
}

async function unikernels(bus: Requests, name: PathName): Promise<readonly string[]> {
  return (await readUnikernels(bus, name)).map(({ name }) => name);
}

async function devices(bus: Requests, name: PathName): Promise<readonly string[]> {
  return (await readBlocks(bus, name)).map(({ name }) => name);
}

async function policies(bus: Requests, name: PathName): Promise<readonly string[]> {
  return (await readPolicies(bus, name)).map(({ path }) => path);
}
