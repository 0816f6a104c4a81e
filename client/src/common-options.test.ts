import { Command } from 'commander';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addCommonOptions, commonSettings } from './common-options.ts';

function program(): Command {
  const root = new Command()
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  root
    .command('create')
    .argument('[words...]')
    .option('--arg <argument>', '', (one: string, before?: string[]) => [...(before ?? []), one])
    .option('-n, --name <name>')
    .option('-f, --force');
  root.command('info').alias('show').option('-n, --name <name>');
  for (const command of [root, ...root.commands]) addCommonOptions(command.action(() => undefined));
  return root;
}

function settingsOf(line: string) {
  return commonSettings(
    line.split(' ').filter((word) => word !== ''),
    program(),
  );
}

describe('the common options', () => {
  it('are warnings, in text, in colours on a terminal, unless somebody says otherwise', () => {
    const settings = { isJson: false, verbosity: 'warning', color: 'auto' };
    assert.deepEqual(settingsOf('create hello'), settings);
    assert.deepEqual(settingsOf(''), settings);
  });

  it('may stand before the command, behind it, and together', () => {
    for (const line of ['--json create', 'create --json', 'create -fn x --json', 'show a --json'])
      assert.equal(settingsOf(line).isJson, true, line);
    assert.equal(settingsOf('create -fq').verbosity, 'quiet');
    assert.equal(settingsOf('create --color=never').color, 'never');
    assert.equal(settingsOf('create --color always').color, 'always');
  });

  it('are not taken from the values of other options', () => {
    for (const line of ['create --arg --json', 'create -n --json', 'create --arg=--json'])
      assert.equal(settingsOf(line).isJson, false, line);
    assert.equal(settingsOf('create -nq').verbosity, 'warning');
    assert.equal(settingsOf('create -- --json').isJson, false);
    assert.equal(settingsOf('--dir --json create').isJson, false);
  });

  it('are found though the rest makes no sense', () => {
    for (const line of [
      'creat --json',
      '--nonsense --json',
      'create --colr x --json',
      'create --json -x',
    ])
      assert.equal(settingsOf(line).isJson, true, line);
    assert.equal(settingsOf('create --color sometimes').color, 'auto');
    assert.equal(settingsOf('create --verbosity').verbosity, 'warning');
  });

  it('are as verbose as they are told, the quiet one first', () => {
    for (const [line, verbosity] of [
      ['info -v', 'info'],
      ['info -vv', 'debug'],
      ['info -v --verbose -v', 'debug'],
      ['info -vv --verbosity error', 'error'],
      ['info --verbosity debug -q', 'quiet'],
      ['-v info -v', 'debug'],
    ] as const)
      assert.equal(settingsOf(line).verbosity, verbosity, line);
  });

  it('are what commander makes of every line that it takes', () => {
    const words = fc.constantFrom(
      ...'create info x --json -q -v -vq -fq -f -n -nq --arg --arg=--json --verbosity'.split(' '),
      ...'--verbosity=info debug --color never -- -'.split(' '),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (line) => {
        const root = program();
        let taken: Command | undefined;
        for (const command of root.commands) command.action(() => void (taken = command));
        try {
          root.parse(line, { from: 'user' });
        } catch {
          return;
        }
        const options = { ...root.opts(), ...taken?.opts() } as Record<string, unknown>;
        const settings = commonSettings(line, root);
        assert.equal(settings.isJson, options['json'] === true);
        assert.equal(settings.color, options['color'] ?? 'auto');
        const level = options['verbosity'] ?? (options['verbose'] ? settings.verbosity : 'warning');
        assert.equal(settings.verbosity, options['quiet'] ? 'quiet' : level);
      }),
    );
  });
});
