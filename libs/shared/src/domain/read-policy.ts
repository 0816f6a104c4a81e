import { CPU_MAX, INTERFACE_NAME } from './device.ts';
import type { Policy } from './policy.ts';

/** Thrown for what is no policy; the message says what is wrong and what would be right. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** Beyond these nobody means what is written; and sums of them are still exact. */
export const POLICY_UNIKERNELS_MAX = 2_147_483_647;
export const POLICY_MIB_MAX = 1_099_511_627_776;
/** What one policy lists must not make a message, or the file of all, large. */
export const POLICY_BRIDGES_MAX = 256;

/** The server takes policies with less, as the original's does; clients do not make them. */
const MEMORY_MIB_UNUSABLE = 16;

/**
 * Reads a policy that somebody else wrote; lists come back sorted, each item once. A block storage of 0 is none: it allows
 * as little, and the original writes both. Throws `PolicyError`.
 */
export function readPolicy(written: Readonly<Record<keyof Policy, unknown>>): Policy {
  const { unikernels, memoryMib, cpus, blockMib, bridges } = written;
  const blocks =
    blockMib === null || blockMib === 0 ? null : whole('blockMib', blockMib, 1, POLICY_MIB_MAX);
  return {
    unikernels: whole('unikernels', unikernels, 1, POLICY_UNIKERNELS_MAX),
    memoryMib: whole('memoryMib', memoryMib, 1, POLICY_MIB_MAX),
    cpus: readCpus(cpus).toSorted((a, b) => a - b),
    blockMib: blocks,
    bridges: readBridges(bridges).toSorted(),
  };
}

/** Whether people could use it, which clients and authorities check before they make one; null when they could. */
export function whyUnusable({ memoryMib }: Pick<Policy, 'memoryMib'>): string | null {
  return memoryMib > MEMORY_MIB_UNUSABLE
    ? null
    : `a policy of ${memoryMib} MiB of memory is too small to be used; give it more than ${MEMORY_MIB_UNUSABLE} MiB`;
}

function whole(what: string, value: unknown, least: number, most: number): number {
  if (isWhole(value, least, most)) return value;
  const or = what === 'blockMib' ? ', or null for none' : '';
  throw new PolicyError(
    `${what} of a policy is a whole number from ${least} to ${most}${or}; ${shown(value)} is not`,
  );
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function readCpus(value: unknown): readonly number[] {
  const isCpu = (one: unknown): one is number => isWhole(one, 0, CPU_MAX);
  const right = `a list of at least one CPU, each a whole number from 0 to ${CPU_MAX}`;
  return readList('cpus', value, right, { least: 1, most: CPU_MAX + 1, isItem: isCpu });
}

function readBridges(value: unknown): readonly string[] {
  const isName = (one: unknown): one is string =>
    typeof one === 'string' && INTERFACE_NAME.test(one);
  const right = `a list of at most ${POLICY_BRIDGES_MAX} interfaces, each with a name of up to 15 letters, digits, "_", "." and "-"`;
  return readList('bridges', value, right, { least: 0, most: POLICY_BRIDGES_MAX, isItem: isName });
}

/** Each once: it is a set, and other programs may say a thing twice. */
function readList<T>(
  what: string,
  value: unknown,
  right: string,
  { least, most, isItem }: { least: number; most: number; isItem: (item: unknown) => item is T },
): readonly T[] {
  const refuse = (wrong: string): PolicyError =>
    new PolicyError(`${what} of a policy is ${right}; ${wrong}`);
  if (!Array.isArray(value)) throw refuse(`${shown(value)} is not`);
  if (value.length < least || value.length > most) throw refuse(`this one has ${value.length}`);
  const items = new Set<T>();
  for (const item of value as readonly unknown[]) {
    if (!isItem(item)) throw refuse(`${shown(item)} is none`);
    items.add(item);
  }
  return [...items];
}

/** What a stranger wrote, short enough for a message. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : wordOf(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

const SHOWN_MAX = 40;

function wordOf(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'nothing';
    default:
      return Array.isArray(value) ? 'a list' : value === null ? 'null' : 'this';
  }
}
