import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandTree } from '../../../client/src/help/command-tree.ts';
import { TOPICS } from '../../../client/src/help/topics.ts';
import { commandLine } from '../../../client/src/testing/command-line.ts';
import { listDocuments } from './documents.ts';

/** What somebody is told to type, in order. */
export interface Told {
  /** `albatross create --help`, `albatross help devices`, `README.md`. */
  readonly where: string;
  /** Lines of a shell. */
  readonly lines: readonly string[];
}

/** Of each command's help each example alone: they do not build on each other. Man pages have the same. */
export function commandExamples(): readonly Told[] {
  return commandTree(commandLine()).commands.flatMap(({ name, examples }) =>
    examples.map((line) => ({ where: `albatross ${name} --help`, lines: [line] })),
  );
}

/** Of each topic all together, and the same of each document but the root's README. */
export function sessions(): readonly Told[] {
  return [...topicSessions(), ...documentSessions()].filter(({ lines }) => lines.length > 0);
}

/** The root's README, a block each. */
export function readmeBlocks(): readonly (readonly string[])[] {
  return blocksIn(read('README.md'));
}

function topicSessions(): readonly Told[] {
  return TOPICS.map(({ name, text }) => ({
    where: `albatross help ${name}`,
    lines: [...text.matchAll(/^ {2}(albatross .*)$/gm)].map(([, line = '']) => line),
  }));
}

function documentSessions(): readonly Told[] {
  return listDocuments()
    .filter((where) => where !== 'README.md')
    .map((where) => ({ where, lines: blocksIn(read(where)).flat() }));
}

function blocksIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) =>
    block.split('\n').filter((line) => line.trim() !== ''),
  );
}

function read(document: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${document}`, import.meta.url)), 'utf8');
}
