import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import {
  NameError,
  parseName,
  parseUnikernelName,
  type Name,
  type UnikernelName,
} from '@albatross/shared/domain/name';

/** Values of the command line become values of ours here, or one clear failure. */
export function readName(text: string): Name {
  return named(() => parseName(text));
}

export function readUnikernelName(text: string): UnikernelName {
  return named(() => parseUnikernelName(text));
}

function named<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof NameError ? new Failure('NAME_INVALID', error.message) : error;
  }
}

export function readMemory(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  throw new Failure(
    'MEMORY_INVALID',
    `--mem is a whole number of MiB, at least 1; ${JSON.stringify(text)} is not`,
  );
}

export function readCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Failure(
    'USAGE_INVALID',
    `--count is a whole number, at least 0; ${JSON.stringify(text)} is not`,
  );
}

/** A date, or a date and time as RFC 3339 writes them; milliseconds since 1970. */
export function readTime(text: string): number {
  return timeFor('--since')(text);
}

/** The same for another option. */
export function timeFor(option: string) {
  return (text: string): number => {
    const [, day] = /^(\d{4}-\d\d-\d\d)(?:$|[Tt ])/.exec(text) ?? [];
    const at = day === undefined ? Number.NaN : Date.parse(text);
    // The 31st of February would be one of March.
    const isDay = !Number.isNaN(at) && new Date(day ?? '').toISOString().startsWith(day ?? '');
    if (isDay) return Math.max(0, at);
    throw new Failure(
      'USAGE_INVALID',
      `${option} is a time like 2026-01-31T12:00:00Z or 2026-01-31; ${JSON.stringify(text)} is not`,
    );
  };
}

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function readCpu(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, readNumber('--cpu', 'CPUS_INVALID')(text)];
}

export function readStatus(text: string, before: readonly number[] = []): readonly number[] {
  const status = readNumber('--exit-code', 'USAGE_INVALID')(text);
  if (status <= STATUS_MAX) return [...before, status];
  throw new Failure('USAGE_INVALID', `--exit-code is a status from 0 to ${STATUS_MAX}`);
}

const STATUS_MAX = 255;

/** For an option that takes a whole number of at least 0. */
export function readNumber(option: string, code: FailureCode = 'USAGE_INVALID') {
  return (text: string): number => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new Failure(
      code,
      `${option} is a whole number, at least 0; ${JSON.stringify(text)} is not`,
    );
  };
}

/** `name[:bridge][@mac]` */
export function readNet(text: string, before: readonly NetOption[] = []): readonly NetOption[] {
  const { name, second, at: mac } = split(text);
  return [...before, { name, ...given('bridge', second), ...given('mac', mac) }];
}

export interface NetOption {
  readonly name: string;
  readonly bridge?: string;
  readonly mac?: string;
}

/** `name[:device][@sector]` */
export function readBlock(
  text: string,
  before: readonly BlockOption[] = [],
): readonly BlockOption[] {
  const { name, second, at: sector } = split(text);
  const sectorBytes =
    sector === undefined
      ? undefined
      : readNumber('the sector size behind "@"', 'DEVICE_INVALID')(sector);
  return [...before, { name, ...given('device', second), ...given('sectorBytes', sectorBytes) }];
}

export interface BlockOption {
  readonly name: string;
  readonly device?: string;
  readonly sectorBytes?: number;
}

/** A MAC has colons too, so what is behind the `@` is taken off first. */
function split(text: string): { name: string; second: string | undefined; at: string | undefined } {
  const [front = '', ...behind] = text.split('@');
  const [name = '', ...rest] = front.split(':');
  return {
    name,
    second: rest.length === 0 ? undefined : rest.join(':'),
    at: behind.length === 0 ? undefined : behind.join('@'),
  };
}

function given<Key extends string, Value>(key: Key, value: Value | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}
