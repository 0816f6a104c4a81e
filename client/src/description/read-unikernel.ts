import { check } from '@albatross/shared/bus/codec';
import { Failure } from '@albatross/shared/contracts/failures';
import * as deviceField from '@albatross/shared/contracts/device-fields';
import * as field from '@albatross/shared/contracts/fields';
import type * as z from '@albatross/shared/contracts/schema';
import { restartUnikernel } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { RestartRule } from '@albatross/shared/domain/restart';
import {
  CPUS_DEFAULT,
  MEMORY_MIB_DEFAULT,
  STARTUP_PRIORITY_DEFAULT,
} from '@albatross/shared/domain/unikernel';
import type { BlockOption, NetOption } from '../arguments.ts';
import type { DescribedImage, DescribedUnikernel } from './description.ts';
import { readFileName } from './read-file-name.ts';
import {
  DescriptionError,
  entriesOf,
  fieldsOf,
  plain,
  shown,
  textOf,
  type Entry,
  type Value,
} from './value.ts';

const FIELDS = [
  'image',
  'memoryMib',
  'cpus',
  'startupPriority',
  'restart',
  'arguments',
  'addName',
  'networks',
  'blocks',
  'state',
] as const;

/** What is left out is as `create` has it. Throws a `DescriptionError`. */
export function readUnikernel({ value, at }: Entry, name: UnikernelName): DescribedUnikernel {
  const fields = fieldsOf(value, 'a unikernel', FIELDS);
  if (fields.image === undefined)
    throw new DescriptionError(at, `${name} has no image, as in "image: FILE"`);
  const { memoryMib, cpus, startupPriority } = fields;
  const described: DescribedUnikernel = {
    at,
    image: readImage(fields.image),
    memoryMib: checked(memoryMib, 'memoryMib', deviceField.memoryMib, MEMORY_MIB_DEFAULT),
    cpus: checked(cpus, 'cpus', deviceField.cpus, CPUS_DEFAULT),
    startupPriority: checked(
      startupPriority,
      'startupPriority',
      field.count,
      STARTUP_PRIORITY_DEFAULT,
    ),
    restart: readRestart(fields.restart),
    arguments: readArguments(fields.arguments),
    addName: readAddName(fields.addName),
    nets: readNets(fields.networks),
    blocks: readBlocks(fields.blocks),
    state: readState(fields.state),
  };
  refuseTogether(name, described, fields.arguments ?? value);
  return described;
}

/** What a contract takes, or the default. */
function checked<T>(
  value: Value | undefined,
  what: string,
  schema: z.ZodMiniType<T>,
  otherwise: T,
): T {
  return value === undefined ? otherwise : accepted(value, what, schema, plain(value));
}

function accepted<T>(at: Value, what: string, schema: z.ZodMiniType<T>, given: unknown): T {
  try {
    return check(schema, given, 'REQUEST_INVALID');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new DescriptionError(at.at, `${what}: ${error.message}`);
  }
}

/** A file's name, or a map of what is known of it. */
function readImage(value: Value): DescribedImage {
  if (value.kind === 'scalar')
    return { file: readFileName(value, 'image'), sha256: null, at: value.at };
  const { file, sha256 } = fieldsOf(value, 'image', ['file', 'sha256']);
  if (file === undefined && sha256 === undefined)
    throw new DescriptionError(value.at, 'image has a file, or the sha256 of one that is there');
  return {
    file: file === undefined ? null : readFileName(file, 'file'),
    sha256: sha256 === undefined ? null : accepted(sha256, 'sha256', field.sha256, plain(sha256)),
    at: value.at,
  };
}

/** `never`, `on-exit`, or `{ on-exit: [1, 2] }`. */
function readRestart(value: Value | undefined): RestartRule {
  if (value === undefined) return { kind: 'never' };
  if (value.kind === 'map') {
    const { 'on-exit': statuses } = fieldsOf(value, 'restart', ['on-exit']);
    if (statuses?.kind === 'list')
      return { kind: 'on-exit', statuses: readStatuses(statuses.items) };
  } else if (value.kind === 'scalar') {
    if (value.value === 'never') return { kind: 'never' };
    if (value.value === 'on-exit') return { kind: 'on-exit', statuses: [] };
  }
  throw new DescriptionError(
    value.at,
    `restart is never, on-exit, or { on-exit: [STATUS, ...] }; ${shown(value)} is not`,
  );
}

function readStatuses(items: readonly Value[]): readonly number[] {
  return items.map((item) => {
    const status = plain(item);
    if (typeof status === 'number' && Number.isInteger(status) && status >= 0 && status <= 255)
      return status;
    throw new DescriptionError(
      item.at,
      `a status is a number from 0 to 255; ${shown(item)} is not`,
    );
  });
}

function readArguments(value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  if (value.kind !== 'list')
    throw new DescriptionError(value.at, 'arguments is a list, as in ["--port=80"]');
  return value.items.map(readArgument);
}

/** It may be a secret, so that it is not told what it is instead. */
function readArgument(item: Value): string {
  if (item.kind === 'scalar' && typeof item.value === 'string') return item.value;
  throw new DescriptionError(item.at, 'an argument is text; put it in quotes');
}

function readAddName(value: Value | undefined): boolean | null {
  const addName = value === undefined ? null : plain(value);
  if (typeof addName === 'boolean') return addName;
  if (value === undefined) return null;
  throw new DescriptionError(value.at, `addName is true or false; ${shown(value)} is not`);
}

function readState(value: Value | undefined): DescribedUnikernel['state'] {
  const state = value === undefined ? 'running' : plain(value);
  if (state === 'running' || state === 'stopped' || value === undefined)
    return state === 'stopped' ? state : 'running';
  throw new DescriptionError(value.at, `state is running or stopped; ${shown(value)} is not`);
}

/** By the manifest's name, each its bridge, or a map; nothing: the bridge of that name. */
function readNets(value: Value | undefined): readonly NetOption[] {
  if (value === undefined) return [];
  return entriesOf(value, 'networks').map(({ key: name, value: net }) => {
    const written = net.kind === 'map' ? fieldsOf(net, 'a network', ['bridge', 'mac']) : null;
    const bridge = written === null ? nothingOr(net) : written.bridge;
    const option: NetOption = {
      name,
      ...(bridge === undefined ? {} : { bridge: textOf(bridge, 'bridge') }),
      ...(written?.mac === undefined ? {} : { mac: textOf(written.mac, 'mac') }),
    };
    accepted(net, `network ${name}`, deviceField.nets, [option]);
    return option;
  });
}

/** Likewise, each its block device. */
function readBlocks(value: Value | undefined): readonly BlockOption[] {
  if (value === undefined) return [];
  return entriesOf(value, 'blocks').map(({ key: name, value: block }) => {
    const written =
      block.kind === 'map' ? fieldsOf(block, 'a block', ['device', 'sectorBytes']) : null;
    const device = written === null ? nothingOr(block) : written.device;
    const sectorBytes = written?.sectorBytes === undefined ? undefined : plain(written.sectorBytes);
    const option = {
      name,
      ...(device === undefined ? {} : { device: textOf(device, 'device') }),
      ...(sectorBytes === undefined ? {} : { sectorBytes: sectorBytes as number }),
    };
    accepted(block, `block ${name}`, deviceField.blocks, [option]);
    return option;
  });
}

function nothingOr(value: Value): Value | undefined {
  return value.kind === 'scalar' && value.value === null ? undefined : value;
}

/** What is wrong only with all of it: arguments that are too many. */
function refuseTogether(name: UnikernelName, described: DescribedUnikernel, at: Value): void {
  const changes = { arguments: [...described.arguments], addName: described.addName ?? true };
  accepted(at, name, restartUnikernel.body, { id: 'not-yet-asked', name, changes });
}
