import { parseUnikernelName } from '@albatross/shared/domain/name';
import {
  decodeExtension,
  encodeExtension,
  type WireCommand,
  type WireConfig,
} from '@albatross/wire';
import { Command } from 'commander';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import {
  addConfigurationOptions,
  configurationOf,
  type ConfigurationFlags,
} from '../configuration-options.ts';
import { recordedExtension } from '../testing/recorded-replies.ts';
import { createCommand, restartCommand } from './unikernel-order.ts';

const HELLO = parseUnikernelName('hello');

const FULL =
  '--startup=10 --no-add-name --cpu=0 --cpu=1 --mem=64 --arg=args --arg=tick=500' +
  ' --block=storage:hello-data@512 --net=service:service@02:00:00:00:00:2a --restart-on-fail' +
  ' --exit-code=1 --exit-code=2 --cpus=2 --linux-boot=msdos1';

/** What the original was asked for, word for word, but for the image and its compression. */
const CREATED = [
  ['create-default', ''],
  ['create-level0', ''],
  ['create-args-level0', '--no-add-name --arg=args --arg=tick=500'],
  ['create-args-level0-stream', '--no-add-name --arg=args --arg=tick=500'],
  ['create-bigcert', '--no-add-name --arg=hang'],
  ['create-unicode-arg', '--no-add-name --arg=puts=grüß-gott-✓ --arg=hang'],
  ['create-mem-cpu', '--mem=64 --cpu=1 --no-add-name --arg=hang'],
  ['create-startup', '--startup=10 --no-add-name --arg=hang'],
  ['create-restart-any', '--restart-on-fail --no-add-name --arg=hang'],
  [
    'create-restart-codes',
    '--restart-on-fail --exit-code=1 --exit-code=2 --exit-code=77 --no-add-name --arg=hang',
  ],
  ['create-netblk-default-names', '--block=storage --net=service --no-add-name --arg=hang'],
  ['create-crash', '--no-add-name --arg=exit=42'],
  ['create-full', FULL],
  ['force-create-full', FULL],
  ['force-create-args', '--no-add-name --arg=tick=500'],
  ['create-bhyve', '--block=0:disk --net=0:service --cpus=2 --linux-boot=msdos1'],
] as const;

const RESTARTED = [
  ['restart-nonexisting', null],
  [
    'restart-replace',
    '--startup=5 --no-add-name --cpu=0 --cpu=1 --mem=48 --arg=args --arg=tick=250 --restart-on-fail --exit-code=3 --cpus=1',
  ],
  ['restart-replace-min', '--arg=hang --no-add-name'],
] as const;

function read(words: string): ReturnType<typeof configurationOf> {
  const command = addConfigurationOptions(new Command());
  command.parse(words === '' ? [] : words.split(' '), { from: 'user' });
  return configurationOf(command.opts<ConfigurationFlags>());
}

function configIn(command: WireCommand): WireConfig {
  assert.ok(command.kind === 'unikernel-create' || command.kind === 'unikernel-force-create');
  return command.config;
}

describe('what is asked for is what the original makes of the same words, byte for byte', () => {
  it('for a new unikernel', () => {
    for (const [recorded, words] of CREATED) {
      const theirs = recordedExtension(recorded);
      const { typ, image, compressed } = configIn(decodeExtension(theirs));
      const isForced = recorded.startsWith('force-');
      const wanted = { name: HELLO, typ, image, compressed, isForced, configuration: read(words) };
      const ours = encodeExtension(createCommand(wanted));
      assert.ok(Buffer.from(theirs).equals(ours), recorded);
    }
  });

  it('for one that is started again', () => {
    for (const [recorded, words] of RESTARTED) {
      const ours = restartCommand(HELLO, words === null ? null : read(words));
      assert.ok(Buffer.from(recordedExtension(recorded)).equals(encodeExtension(ours)), recorded);
    }
  });

  it('where the image is compressed, that is zlib, as ours', () => {
    const { image, compressed } = configIn(decodeExtension(recordedExtension('create-default')));
    assert.ok(compressed);
    const plain = configIn(decodeExtension(recordedExtension('create-level0'))).image;
    assert.ok(inflateSync(image).equals(plain));
  });
});

it('a configuration that no host takes is refused before anything is signed', () => {
  for (const [words, code] of [
    ['--net=a@02:00', 'DEVICE_INVALID'],
    ['--net=a --net=a', 'DEVICE_INVALID'],
    ['--block=a:b@100', 'DEVICE_INVALID'],
    [`--arg=${'a'.repeat(9000)}`, 'ARGUMENTS_INVALID'],
  ] as const)
    assert.throws(() => restartCommand(HELLO, read(words)), { code }, words);
});
