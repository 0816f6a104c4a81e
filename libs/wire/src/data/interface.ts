import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';

/** A tap, seen from the host: its input is what the guest sent. */
export interface WireInterface {
  /** The guest's name of the net. */
  readonly bridge: string;
  readonly flags: number;
  /** These three are 0 on Linux, as are `baudrate` and `outputMcast`. */
  readonly sendLength: number;
  readonly maxSendLength: number;
  readonly sendDrops: number;
  readonly mtu: number;
  readonly baudrate: bigint;
  readonly inputPackets: bigint;
  readonly inputErrors: bigint;
  readonly outputPackets: bigint;
  readonly outputErrors: bigint;
  readonly collisions: bigint;
  readonly inputBytes: bigint;
  readonly outputBytes: bigint;
  readonly inputMcast: bigint;
  readonly outputMcast: bigint;
  readonly inputDropped: bigint;
  readonly outputDropped: bigint;
}

/**
 * ```asn1
 * IfData ::= SEQUENCE {
 *   bridge UTF8String,
 *   flags INTEGER, send-length INTEGER, max-send-length INTEGER, send-drops INTEGER, mtu INTEGER,
 *   baudrate Int64, input-packets Int64, input-errors Int64, output-packets Int64,
 *   output-errors Int64, collisions Int64, input-bytes Int64, output-bytes Int64,
 *   input-mcast Int64, output-mcast Int64, input-dropped Int64, output-dropped Int64 }
 * ```
 */
export function readInterface(reader: DerReader): WireInterface {
  return reader.sequence((data) => ({
    bridge: data.utf8String(),
    flags: data.safeInteger(),
    sendLength: data.safeInteger(),
    maxSendLength: data.safeInteger(),
    sendDrops: data.safeInteger(),
    mtu: data.safeInteger(),
    baudrate: data.uint64(),
    inputPackets: data.uint64(),
    inputErrors: data.uint64(),
    outputPackets: data.uint64(),
    outputErrors: data.uint64(),
    collisions: data.uint64(),
    inputBytes: data.uint64(),
    outputBytes: data.uint64(),
    inputMcast: data.uint64(),
    outputMcast: data.uint64(),
    inputDropped: data.uint64(),
    outputDropped: data.uint64(),
  }));
}

export function writeInterface(data: WireInterface): der.Encoded {
  return der.sequence([
    der.utf8String(data.bridge),
    der.integer(data.flags),
    der.integer(data.sendLength),
    der.integer(data.maxSendLength),
    der.integer(data.sendDrops),
    der.integer(data.mtu),
    der.int64(data.baudrate),
    der.int64(data.inputPackets),
    der.int64(data.inputErrors),
    der.int64(data.outputPackets),
    der.int64(data.outputErrors),
    der.int64(data.collisions),
    der.int64(data.inputBytes),
    der.int64(data.outputBytes),
    der.int64(data.inputMcast),
    der.int64(data.outputMcast),
    der.int64(data.inputDropped),
    der.int64(data.outputDropped),
  ]);
}
