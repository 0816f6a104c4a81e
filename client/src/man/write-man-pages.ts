import { VERSION } from '@albatross/shared/runtime/version';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allCommands } from '../command-table.ts';
import { commandTree } from '../help/command-tree.ts';
import { TOPICS } from '../help/topics.ts';
import { program } from '../main.ts';
import { Output } from '../output.ts';
import { manPages } from './man-pages.ts';

/** `node --import tsx write-man-pages.ts FOLDER [DATE]` writes them there, into `man1`, as of today or that day. */
const [folder, day, ...rest] = process.argv.slice(2);
const output = new Output({ isJson: false });
if (folder === undefined || folder === '' || rest.length > 0) {
  output.note('write-man-pages needs one folder: write-man-pages FOLDER [DATE]');
  process.exitCode = 124;
} else {
  await write(join(folder, 'man1'));
}

/** Throws what `node:fs` throws. */
async function write(section: string): Promise<void> {
  const root = program({ invokedAs: 'albatross', output, env: {} }, await allCommands());
  const source = {
    tree: commandTree(root),
    topics: TOPICS,
    description: root.description(),
    version: VERSION,
    date: day ?? new Date().toISOString().slice(0, '2026-01-31'.length),
  };
  await mkdir(section, { recursive: true });
  for (const [file, text] of manPages(source)) await writeFile(join(section, file), text);
}
