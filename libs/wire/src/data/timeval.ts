import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';

/** A time or a span, as the kernel tells it. */
export interface WireTimeval {
  readonly seconds: bigint;
  readonly microseconds: number;
}

/**
 * ```asn1
 * Timeval ::= SEQUENCE { seconds Int64, microseconds INTEGER }
 * ```
 */
export function readTimeval(reader: DerReader): WireTimeval {
  return reader.sequence((timeval) => ({
    seconds: timeval.int64(),
    microseconds: timeval.safeInteger(),
  }));
}

export function writeTimeval({ seconds, microseconds }: WireTimeval): der.Encoded {
  return der.sequence([der.int64(seconds), der.integer(microseconds)]);
}
