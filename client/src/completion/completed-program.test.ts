import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandTree } from '../help/command-tree.ts';
import { commandLine } from '../testing/command-line.ts';
import { completedProgram } from './completed-program.ts';
import { NAMES_OF_ELSEWHERE } from './completed-value.ts';

describe('what is completed', () => {
  const tree = commandTree(commandLine());
  const { commands, destinationFlags } = completedProgram(tree);

  it('is a file, a folder, a choice or a name wherever the help calls it so', () => {
    for (const [name, flag, expected] of [
      ['create', '--typ', 'choices'],
      ['create', '--mem', 'nothing'],
      ['create', '--ca', 'files'],
      ['info', '--dir', 'folders'],
      ['info', '-n', 'names'],
      ['block', '--name', 'devices'],
      ['policy', '--path', 'paths'],
      ['stats-add', '--name', 'unikernels'],
      ['add-policy', '--network', 'nothing'],
      ['info', '--json', null],
    ] as const) {
      const command = commands.find(({ names }) => names.includes(name)) ?? assert.fail(name);
      const found = command.options.find(({ flags }) => flags.includes(flag)) ?? assert.fail(flag);
      const value = found.value?.kind === 'live' ? found.value.what : (found.value?.kind ?? null);
      assert.equal(value, expected, `${name} ${flag}`);
    }
  });

  it('leaves out names only of commands that there are', () => {
    const names = new Set(tree.commands.map(({ name }) => name));
    for (const name of NAMES_OF_ELSEWHERE) assert.ok(names.has(name), name);
    assert.deepEqual(destinationFlags, ['-d', '--destination']);
  });

  it('has no option with a value in one command and without in another: fish could not tell', () => {
    const all = commands.flatMap(({ options }) => options);
    const flagsOf = (isValued: boolean): ReadonlySet<string> =>
      new Set(all.flatMap(({ flags, value }) => ((value !== null) === isValued ? flags : [])));
    const bare = flagsOf(false);
    assert.deepEqual(
      [...flagsOf(true)].filter((flag) => bare.has(flag)),
      [],
    );
  });
});
