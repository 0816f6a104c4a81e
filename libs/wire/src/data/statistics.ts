import type { DerReader } from '../der/reader.ts';
import { contextTag } from '../der/tag.ts';
import * as der from '../der/writer.ts';
import { readInterface, writeInterface, type WireInterface } from './interface.ts';
import { readKinfoMem, writeKinfoMem, type WireKinfoMem } from './kinfo-mem.ts';
import { readRusage, writeRusage, type WireRusage } from './rusage.ts';

/** What one unikernel used since it was started. All counters are below 2^64. */
export interface WireStatistics {
  readonly rusage: WireRusage;
  readonly interfaces: readonly WireInterface[];
  /** Counters of bhyve; null: not asked for. */
  readonly vmm: readonly WireVmmCounter[] | null;
  readonly mem: WireKinfoMem | null;
}

export interface WireVmmCounter {
  readonly key: string;
  readonly value: bigint;
}

/**
 * ```asn1
 * Statistics ::= SEQUENCE {
 *   rusage Rusage, ifdata SEQUENCE OF IfData,
 *   vmm [0] SEQUENCE OF SEQUENCE { key UTF8String, value Int64 } OPTIONAL,
 *   mem [1] IMPLICIT KinfoMem OPTIONAL }
 * ```
 *
 * Throws `WireError`.
 */
export function readStatistics(reader: DerReader): WireStatistics {
  return reader.sequence((statistics) => ({
    rusage: readRusage(statistics),
    interfaces: statistics.sequenceOf(readInterface),
    vmm: statistics.optional(0, (vmm) => vmm.sequenceOf(readVmmCounter)),
    mem: statistics.has(MEM) ? readKinfoMem(statistics, MEM) : null,
  }));
}

function readVmmCounter(reader: DerReader): WireVmmCounter {
  return reader.sequence((pair) => ({ key: pair.utf8String(), value: pair.uint64() }));
}

export function writeStatistics({ rusage, interfaces, vmm, mem }: WireStatistics): der.Encoded {
  return der.sequence([
    writeRusage(rusage),
    der.sequence(interfaces.map(writeInterface)),
    der.optional(vmm, (counters) => der.explicit(0, der.sequence(counters.map(writeVmmCounter)))),
    der.optional(mem, (kinfo) => writeKinfoMem(kinfo, MEM)),
  ]);
}

function writeVmmCounter({ key, value }: WireVmmCounter): der.Encoded {
  return der.sequence([der.utf8String(key), der.int64(value)]);
}

const MEM = contextTag(1);
