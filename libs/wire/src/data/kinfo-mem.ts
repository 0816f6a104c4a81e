import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readTimeval, writeTimeval, type WireTimeval } from './timeval.ts';

/** The tender's process. */
export interface WireKinfoMem {
  /** Bytes. */
  readonly vsize: bigint;
  /** Pages, as the next three. */
  readonly rss: bigint;
  readonly tsize: bigint;
  readonly dsize: bigint;
  readonly ssize: bigint;
  /** Microseconds. */
  readonly runtime: bigint;
  /** Copy-on-write faults; 0 on Linux. */
  readonly cow: number;
  readonly start: WireTimeval;
}

/**
 * ```asn1
 * KinfoMem ::= SEQUENCE {
 *   vsize Int64, rss Int64, tsize Int64, dsize Int64, ssize Int64, runtime Int64,
 *   cow INTEGER, start Timeval }
 * ```
 *
 * `tag` is that of the SEQUENCE, which is tagged IMPLICITly.
 */
export function readKinfoMem(reader: DerReader, tag: number): WireKinfoMem {
  return reader.sequence(
    (mem) => ({
      vsize: mem.uint64(),
      rss: mem.uint64(),
      tsize: mem.uint64(),
      dsize: mem.uint64(),
      ssize: mem.uint64(),
      runtime: mem.uint64(),
      cow: mem.safeInteger(),
      start: readTimeval(mem),
    }),
    tag,
  );
}

export function writeKinfoMem(mem: WireKinfoMem, tag: number): der.Encoded {
  const members = [
    der.int64(mem.vsize),
    der.int64(mem.rss),
    der.int64(mem.tsize),
    der.int64(mem.dsize),
    der.int64(mem.ssize),
    der.int64(mem.runtime),
    der.integer(mem.cow),
    writeTimeval(mem.start),
  ];
  return der.sequence(members, tag);
}
