import { ascending } from './ascending.ts';
import { TAG } from './der/tag.ts';
import type { DerReader } from './der/reader.ts';
import * as der from './der/writer.ts';

/** Numbers may be below 0: the original's daemon does not look. */
export interface WirePolicy {
  /** Ascending, each once. */
  readonly cpuids: readonly number[];
  /** That of the root is 2^62 - 1, which no number holds. */
  readonly unikernels: bigint;
  /** MiB. */
  readonly memory: number;
  /** MiB; null: no block devices. */
  readonly block: number | null;
  /** Sorted, each once. */
  readonly bridges: readonly string[];
}

/**
 * ```asn1
 * Policy ::= SEQUENCE {
 *   cpuids SEQUENCE OF INTEGER, unikernels INTEGER, memory INTEGER,
 *   block INTEGER OPTIONAL, bridges SEQUENCE OF UTF8String }
 * ```
 *
 * Throws `WireError`.
 */
export function readPolicy(reader: DerReader): WirePolicy {
  return reader.sequence((policy) => ({
    cpuids: ascending(policy.sequenceOf((cpu) => cpu.safeInteger())),
    unikernels: policy.integer(),
    memory: policy.safeInteger(),
    block: policy.has(TAG.integer) ? policy.safeInteger() : null,
    bridges: sorted(policy.sequenceOf((bridge) => bridge.utf8String())),
  }));
}

export function writePolicy(policy: WirePolicy): der.Encoded {
  return der.sequence([
    der.sequence(policy.cpuids.map(der.integer)),
    der.integer(policy.unikernels),
    der.integer(policy.memory),
    der.optional(policy.block, der.integer),
    der.sequence(policy.bridges.map(der.utf8String)),
  ]);
}

function sorted(bridges: readonly string[]): readonly string[] {
  return [...new Set(bridges)].toSorted();
}
