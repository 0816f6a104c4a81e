import { TAG } from './der/tag.ts';
import type { DerReader } from './der/reader.ts';
import * as der from './der/writer.ts';

/** Null is what was not said: the device of the host is then called as the guest's, the rest is up to the tender. */
export interface WireBlock {
  /** As in the image's manifest. */
  readonly name: string;
  readonly device: string | null;
  /** Bytes. */
  readonly sectorSize: number | null;
}

export interface WireNet {
  /** As in the image's manifest. */
  readonly name: string;
  readonly bridge: string | null;
  /** `02:00:00:00:00:01`. */
  readonly mac: string | null;
}

/**
 * ```asn1
 * Blocks   ::= [0] SET OF BlockDev OPTIONAL     -- absent when empty
 * BlockDev ::= SEQUENCE { name UTF8String, device UTF8String OPTIONAL, sector-size INTEGER OPTIONAL }
 * ```
 */
export function readBlocks(reader: DerReader): readonly WireBlock[] {
  return reader.optional(0, (blocks) => blocks.setOf(readBlock)) ?? [];
}

function readBlock(reader: DerReader): WireBlock {
  return reader.sequence((block) => ({
    name: block.utf8String(),
    device: block.has(TAG.utf8String) ? block.utf8String() : null,
    sectorSize: block.has(TAG.integer) ? block.safeInteger() : null,
  }));
}

export function writeBlocks(blocks: readonly WireBlock[]): der.Encoded {
  if (blocks.length === 0) return [];
  const elements = blocks.map(({ name, device, sectorSize }) =>
    der.sequence([
      der.utf8String(name),
      der.optional(device, der.utf8String),
      der.optional(sectorSize, der.integer),
    ]),
  );
  return der.explicit(0, der.setOf(elements));
}

/**
 * ```asn1
 * Nets   ::= [1] SET OF NetDev OPTIONAL         -- absent when empty
 * NetDev ::= SEQUENCE { name UTF8String, bridge UTF8String OPTIONAL, mac Mac OPTIONAL }
 * Mac    ::= OCTET STRING (SIZE(6))
 * ```
 */
export function readNets(reader: DerReader): readonly WireNet[] {
  return reader.optional(1, (nets) => nets.setOf(readNet)) ?? [];
}

function readNet(reader: DerReader): WireNet {
  return reader.sequence((net) => ({
    name: net.utf8String(),
    bridge: net.has(TAG.utf8String) ? net.utf8String() : null,
    mac: net.has(TAG.octetString) ? readMac(net) : null,
  }));
}

export function writeNets(nets: readonly WireNet[]): der.Encoded {
  if (nets.length === 0) return [];
  const elements = nets.map(({ name, bridge, mac }) =>
    der.sequence([
      der.utf8String(name),
      der.optional(bridge, der.utf8String),
      der.optional(mac, writeMac),
    ]),
  );
  return der.explicit(1, der.setOf(elements));
}

/** `02:00:00:00:00:01` */
export function readMac(reader: DerReader): string {
  const bytes = Array.from(reader.octets(6));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

export function writeMac(text: string): der.Encoded {
  return der.octetString(Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16)));
}

/**
 * ```asn1
 * Arguments ::= [2] SEQUENCE OF UTF8String OPTIONAL    -- absent when empty
 * ```
 */
export function readArguments(reader: DerReader): readonly string[] {
  return reader.optional(2, (list) => list.sequenceOf((argument) => argument.utf8String())) ?? [];
}

export function writeArguments(list: readonly string[]): der.Encoded {
  if (list.length === 0) return [];
  return der.explicit(2, der.sequence(list.map(der.utf8String)));
}
