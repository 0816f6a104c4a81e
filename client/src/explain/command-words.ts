import type { WireCommand, WireConfig } from '@albatross/wire';
import { policyOf } from '@albatross/wire';
import { configurationToJson, type ConfigurationJson } from '../configuration-json.ts';
import { configurationWords, deviceWords, policyWords } from '../configuration-words.ts';
import { timeText } from '../issuing.ts';

/** What a certificate lets its owner do. Arguments, which may be secrets, are only counted. */
export interface CommandFacts {
  /** As on the wire. */
  readonly kind: WireCommand['kind'];
  /** As the command is called here. */
  readonly does: string;
  /** What else there is to say: the first goes on behind the name, others are lines. */
  readonly details: readonly string[];
  /** What a unikernel is given; null for other commands. */
  readonly configuration: ConfigurationJson | null;
  /** What is in the certificate: no bytes when it is sent behind it. Null for commands without. */
  readonly image: { readonly storedBytes: number; readonly compressed: boolean } | null;
}

export function commandFacts(command: WireCommand): CommandFacts {
  const isCreate = command.kind === 'unikernel-create' || command.kind === 'unikernel-force-create';
  const config = isCreate ? command.config : null;
  const args = config ?? (command.kind === 'unikernel-restart' ? command.args : null);
  return {
    kind: command.kind,
    does: commandWord(command.kind),
    details: detailsOf(command),
    configuration: args === null ? null : configurationToJson(args),
    image:
      config === null ? null : { storedBytes: config.image.length, compressed: config.compressed },
  };
}

/** As the commands are called here, where they are called otherwise on the wire. */
export function commandWord(kind: WireCommand['kind']): string {
  return COMMANDS[kind] ?? kind;
}

const COMMANDS: Partial<Record<WireCommand['kind'], string>> = {
  'unikernel-info': 'info',
  'unikernel-create': 'create',
  'unikernel-force-create': 'create --force',
  'unikernel-restart': 'restart',
  'unikernel-destroy': 'destroy',
  'unikernel-get': 'get',
  'policy-info': 'policy',
  'policy-add': 'add-policy',
  'policy-remove': 'remove-policy',
  'console-subscribe': 'console',
  'console-list-inactive': 'inactive-consoles',
  'stats-subscribe': 'stats',
  'block-info': 'block',
  'block-add': 'create-block',
  'block-old-add': 'create-block',
  'block-remove': 'destroy-block',
  'block-set': 'set-block',
  'block-old-set': 'set-block',
  'block-dump': 'dump-block',
  'block-old-dump': 'dump-block',
};

function detailsOf(command: WireCommand): readonly string[] {
  switch (command.kind) {
    case 'unikernel-create':
    case 'unikernel-force-create':
      return createWords(command.config);
    case 'unikernel-restart':
      return command.args === null
        ? ['with what it was given before']
        : [configurationWords(command.args), ...deviceWords(command.args)];
    case 'unikernel-get':
    case 'block-dump':
    case 'block-old-dump':
      return [command.level === 0 ? 'uncompressed' : `compressed at level ${command.level}`];
    case 'policy-add':
      return [policyWords(policyOf(command.policy))];
    case 'console-subscribe':
      return [consoleWords(command.from)];
    case 'console-add':
      return [`one of ${command.unikernels}`];
    case 'stats-add':
      return [`the process ${command.pid}, ${countOf(command.taps.length, 'tap')}`];
    case 'block-add':
      return [`${command.size} MiB`];
    case 'block-set':
      return [contentWords(null, command.compressed)];
    case 'block-old-set':
      return [contentWords(command.data, command.compressed)];
    case 'block-old-add':
      return command.data === null
        ? [`${command.size} MiB`]
        : [`${command.size} MiB`, contentWords(command.data, command.compressed)];
    case 'unikernel-info':
      return command.form === 'newest' ? [] : ['answered in an older form'];
    default:
      return [];
  }
}

function createWords(config: WireConfig): readonly string[] {
  const { image, compressed, typ, vcpus, linuxBoot } = config;
  const size =
    image.length === 0 ? ' that is sent behind the certificate' : ` of ${bytesOf(image)}`;
  const isBhyve = typ === 'bhyve' || vcpus !== 1 || linuxBoot !== null;
  const boot = linuxBoot === null ? '' : `, the boot partition ${linuxBoot}`;
  return [
    configurationWords(config),
    `image${size}${compressed ? ', compressed' : ''}`,
    ...deviceWords(config),
    ...(isBhyve ? [`for bhyve: ${countOf(vcpus, 'virtual CPU')}${boot}`] : []),
  ];
}

function consoleWords(
  from: Extract<WireCommand, { readonly kind: 'console-subscribe' }>['from'],
): string {
  const what =
    from.kind === 'since' ? `since ${timeText(from.at)}` : `the last ${from.lines} lines`;
  return `${what}, and what follows`;
}

function contentWords(data: Uint8Array | null, compressed: boolean): string {
  const content =
    data === null ? 'content that is sent behind the certificate' : `content of ${bytesOf(data)}`;
  return `${content}${compressed ? ', compressed' : ''}`;
}

function bytesOf({ length }: Uint8Array): string {
  return countOf(length, 'byte');
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
