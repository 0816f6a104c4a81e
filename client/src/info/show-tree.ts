import type { PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { withBus, type Session } from '../session.ts';
import { nameTree, readTreeParts } from './name-tree.ts';
import { strokesFor, treeLines, treeToJson } from './tree-view.ts';

/** Shows a path with everything that stands in and below it. Throws a `Failure`. */
export async function showTree(session: Session, command: Command, path: PathName): Promise<void> {
  const parts = await withBus(session, command, async (bus) => await readTreeParts(bus, path));
  const tree = nameTree(path, parts);
  session.output.show(treeToJson(tree), treeLines(tree, strokesFor(session.env), Date.now()));
}
