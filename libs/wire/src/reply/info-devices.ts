import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readMac, writeMac } from '../devices.ts';

/** As it is, while `WireBlock` is as it was asked for. */
export interface WireInfoBlock {
  /** As in the image's manifest. */
  readonly name: string;
  readonly device: string;
  /** Bytes. */
  readonly sectorSize: number;
  /** MiB. The original says 0 when it looked for the device under the wrong name. */
  readonly size: number;
}

/** As it is, while `WireNet` is as it was asked for. */
export interface WireInfoNet {
  /** As in the image's manifest. */
  readonly name: string;
  readonly bridge: string;
  /** `02:00:00:00:00:01`. */
  readonly mac: string;
}

/**
 * ```asn1
 * Blocks    ::= [0] SET OF InfoBlock OPTIONAL      -- absent when empty
 * InfoBlock ::= SEQUENCE {
 *   unikernel-device UTF8String, host-device UTF8String, sector-size INTEGER, block-size INTEGER }
 * ```
 */
export function readInfoBlocks(reader: DerReader): readonly WireInfoBlock[] {
  return reader.optional(0, (blocks) => blocks.setOf(readBlock)) ?? [];
}

function readBlock(reader: DerReader): WireInfoBlock {
  return reader.sequence((block) => ({
    name: block.utf8String(),
    device: block.utf8String(),
    sectorSize: block.safeInteger(),
    size: block.safeInteger(),
  }));
}

export function writeInfoBlocks(blocks: readonly WireInfoBlock[]): der.Encoded {
  if (blocks.length === 0) return [];
  const elements = blocks.map(({ name, device, sectorSize, size }) =>
    der.sequence([
      der.utf8String(name),
      der.utf8String(device),
      der.integer(sectorSize),
      der.integer(size),
    ]),
  );
  return der.explicit(0, der.setOf(elements));
}

/**
 * ```asn1
 * Nets    ::= [1] SET OF InfoNet OPTIONAL          -- absent when empty
 * InfoNet ::= SEQUENCE { unikernel-device UTF8String, host-device UTF8String, mac Mac }
 * ```
 */
export function readInfoNets(reader: DerReader): readonly WireInfoNet[] {
  return reader.optional(1, (nets) => nets.setOf(readNet)) ?? [];
}

function readNet(reader: DerReader): WireInfoNet {
  return reader.sequence((net) => ({
    name: net.utf8String(),
    bridge: net.utf8String(),
    mac: readMac(net),
  }));
}

export function writeInfoNets(nets: readonly WireInfoNet[]): der.Encoded {
  if (nets.length === 0) return [];
  const elements = nets.map(({ name, bridge, mac }) =>
    der.sequence([der.utf8String(name), der.utf8String(bridge), writeMac(mac)]),
  );
  return der.explicit(1, der.setOf(elements));
}
