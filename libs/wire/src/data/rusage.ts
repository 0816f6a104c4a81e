import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readTimeval, writeTimeval, type WireTimeval } from './timeval.ts';

/** What getrusage tells on FreeBSD. On Linux the original has from /proc what it can, and 0 for the rest. */
export interface WireRusage {
  readonly utime: WireTimeval;
  readonly stime: WireTimeval;
  /** KiB on FreeBSD, pages on Linux. */
  readonly maxrss: bigint;
  readonly ixrss: bigint;
  readonly idrss: bigint;
  readonly isrss: bigint;
  readonly minflt: bigint;
  readonly majflt: bigint;
  readonly nswap: bigint;
  readonly inblock: bigint;
  readonly outblock: bigint;
  readonly msgsnd: bigint;
  readonly msgrcv: bigint;
  readonly nsignals: bigint;
  readonly nvcsw: bigint;
  readonly nivcsw: bigint;
}

/**
 * ```asn1
 * Rusage ::= SEQUENCE {
 *   utime Timeval, stime Timeval,
 *   maxrss Int64, ixrss Int64, idrss Int64, isrss Int64, minflt Int64, majflt Int64, nswap Int64,
 *   inblock Int64, outblock Int64, msgsnd Int64, msgrcv Int64, nsignals Int64, nvcsw Int64,
 *   nivcsw Int64 }
 * ```
 */
export function readRusage(reader: DerReader): WireRusage {
  return reader.sequence((rusage) => ({
    utime: readTimeval(rusage),
    stime: readTimeval(rusage),
    maxrss: rusage.uint64(),
    ixrss: rusage.uint64(),
    idrss: rusage.uint64(),
    isrss: rusage.uint64(),
    minflt: rusage.uint64(),
    majflt: rusage.uint64(),
    nswap: rusage.uint64(),
    inblock: rusage.uint64(),
    outblock: rusage.uint64(),
    msgsnd: rusage.uint64(),
    msgrcv: rusage.uint64(),
    nsignals: rusage.uint64(),
    nvcsw: rusage.uint64(),
    nivcsw: rusage.uint64(),
  }));
}

export function writeRusage(rusage: WireRusage): der.Encoded {
  return der.sequence([
    writeTimeval(rusage.utime),
    writeTimeval(rusage.stime),
    der.int64(rusage.maxrss),
    der.int64(rusage.ixrss),
    der.int64(rusage.idrss),
    der.int64(rusage.isrss),
    der.int64(rusage.minflt),
    der.int64(rusage.majflt),
    der.int64(rusage.nswap),
    der.int64(rusage.inblock),
    der.int64(rusage.outblock),
    der.int64(rusage.msgsnd),
    der.int64(rusage.msgrcv),
    der.int64(rusage.nsignals),
    der.int64(rusage.nvcsw),
    der.int64(rusage.nivcsw),
  ]);
}
