import { shellWord } from '@albatross/shared/runtime/shell-word';
import type { Configuration } from '@albatross/wire';
import { Command } from 'commander';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import {
  addConfigurationOptions,
  configurationOf,
  type ConfigurationFlags,
} from './configuration-options.ts';
import { createWords } from './create-words.ts';

/** As `create` reads them. */
function readBack(words: readonly string[]): Configuration {
  const command = addConfigurationOptions(new Command()).parse(words, { from: 'user' });
  return configurationOf(command.opts<ConfigurationFlags>());
}

const deviceName = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
const configuration: fc.Arbitrary<Configuration> = fc
  .record(
    {
      memoryMib: fc.integer({ min: 1, max: 100_000 }),
      cpus: fc.array(fc.nat({ max: 64 }), { minLength: 1, maxLength: 3 }),
      nets: fc.array(
        fc.record(
          {
            name: deviceName,
            bridge: deviceName,
            mac: fc.constantFrom('02:00:00:00:00:2a', '00:80:41:cd:8a:eb'),
          },
          { requiredKeys: ['name'], noNullPrototype: true },
        ),
        { maxLength: 2 },
      ),
      blocks: fc.array(
        fc.record(
          { name: deviceName, device: deviceName, sectorBytes: fc.constantFrom(512, 4096) },
          { requiredKeys: ['name'], noNullPrototype: true },
        ),
        { maxLength: 2 },
      ),
      startupPriority: fc.nat({ max: 100 }),
      restart: fc.oneof(
        fc.constant({ kind: 'never' as const }),
        fc.record(
          {
            kind: fc.constant('on-exit' as const),
            statuses: fc.array(fc.nat({ max: 255 }), { maxLength: 3 }),
          },
          { noNullPrototype: true },
        ),
      ),
      arguments: fc.array(fc.oneof(fc.string(), fc.constantFrom('', '--mem=1', '-l', '--')), {
        maxLength: 4,
      }),
      addName: fc.boolean(),
      vcpus: fc.integer({ min: 1, max: 4 }),
      linuxBoot: fc.constantFrom('msdos1', 'gpt2'),
    },
    { noNullPrototype: true },
  )
  .map(({ linuxBoot, ...rest }) => (rest.vcpus === 1 ? rest : { ...rest, linuxBoot }));

it('create reads back every configuration that is written as its options', () => {
  fc.assert(
    fc.property(configuration, (one) => {
      assert.deepEqual(readBack(createWords(one)), one);
    }),
  );
});

it('says nothing of what create does without being told', () => {
  assert.deepEqual(createWords(readBack([])), []);
});

it('a shell reads every word as the one it was', () => {
  const words = [
    'plain',
    '',
    "it's",
    'a b',
    '$HOME',
    '`id`',
    '*',
    '--arg=--ipv4=10.0.0.2/24',
    '"\\',
  ];
  const printed = execFileSync('sh', ['-c', `printf '%s\\n' ${words.map(shellWord).join(' ')}`]);
  assert.deepEqual(String(printed).split('\n').slice(0, -1), words);
  assert.equal(
    shellWord('--net=service:br0@02:00:00:00:00:2a'),
    '--net=service:br0@02:00:00:00:00:2a',
  );
});
