import { Failure } from '@albatross/shared/contracts/failures';
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
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:$|[Tt ])/.exec(text) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(text);
  // The 31st of February would be one of March.
  const isDay = !Number.isNaN(at) && new Date(day ?? '').toISOString().startsWith(day ?? '');
  if (isDay) return Math.max(0, at);
  throw new Failure(
    'USAGE_INVALID',
    `--since is a time like 2026-01-31T12:00:00Z or 2026-01-31; ${JSON.stringify(text)} is not`,
  );
}

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
