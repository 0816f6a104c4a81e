import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandTree } from '../../../client/src/help/command-tree.ts';
import { TOPICS } from '../../../client/src/help/topics.ts';
import { manPages } from '../../../client/src/man/man-pages.ts';
import { commandLine } from '../../../client/src/testing/command-line.ts';
import { EXEMPT } from './kinds-of-examples.ts';
import { PREPARATIONS, SESSIONS } from './preparations.ts';
import { commandExamples, readmeBlocks, sessions } from './told-examples.ts';

describe('the examples', () => {
  it('are at least one of each command', () => {
    for (const { name, aliases, examples } of commandTree(commandLine()).commands)
      assert.ok(
        examples.some((line) =>
          [name, ...aliases].some((one) => line.includes(`albatross ${one}`)),
        ),
        `${name} has none`,
      );
  });

  it('of the manual pages are those of the help', () => {
    const told = new Set([...commandExamples(), ...sessions()].flatMap(({ lines }) => lines));
    const tree = commandTree(commandLine());
    const about = { tree, topics: TOPICS, description: '', version: '', date: '' };
    const lines = [...manPages(about).values()].flatMap((page) => page.split('\n'));
    const examples = lines.filter((line) => /^(?:source <\()?albatross (?!\\-)/.test(line));
    assert.ok(examples.length >= tree.commands.length);
    for (const line of examples) {
      const plain = line.replaceAll(String.raw`\-`, '-').replaceAll(String.raw`\e`, '\\');
      assert.ok(told.has(plain), plain);
    }
  });

  it('that are not typed are still told', () => {
    const documents = [...sessions().flatMap(({ lines }) => lines), ...readmeBlocks().flat()];
    for (const line of Object.keys(EXEMPT)) assert.ok(documents.includes(line), line);
  });

  it('that are prepared are still told', () => {
    const told = commandExamples().flatMap(({ lines }) => lines);
    for (const { of } of PREPARATIONS)
      assert.ok(
        told.some((line) => of.test(line)),
        `${of} is of no example any more`,
      );
    const places = sessions().map(({ where }) => where);
    for (const where of Object.keys(SESSIONS))
      assert.ok(places.includes(where), `${where} has no examples any more`);
  });
});
