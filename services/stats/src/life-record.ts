import type { ProcessIdentity } from './kernel/process-reader.ts';
import type { NetOfProcess } from './sampled-process.ts';

/** What we need of a `LifeRecord`. */
export interface ReadRecord {
  readonly identity: ProcessIdentity;
  readonly nets: readonly NetOfProcess[];
}

/** Null for text that is no record. */
export function parseLifeRecord(text: string): ReadRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    const identity = parseIdentity(value);
    const nets = parseTaps(fieldsOf(value)['taps']);
    return identity === null || nets === null ? null : { identity, nets };
  } catch {
    return null;
  }
}

/** Null for what names no process. */
export function parseIdentity(value: unknown): ProcessIdentity | null {
  const { pid, startTicks, bootId } = fieldsOf(value);
  const isOne = isCount(pid) && pid > 0 && isCount(startTicks) && typeof bootId === 'string';
  return isOne ? { pid, startTicks, bootId } : null;
}

function parseTaps(taps: unknown): readonly NetOfProcess[] | null {
  if (!Array.isArray(taps)) return null;
  const nets = taps.flatMap((one: unknown) => {
    const { device, tap } = fieldsOf(one);
    return typeof device === 'string' && typeof tap === 'string' ? [{ name: device, tap }] : [];
  });
  return nets.length === taps.length ? nets : null;
}

/** None of what is no object. */
function fieldsOf(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  // Any object is one whose fields are unknown.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
