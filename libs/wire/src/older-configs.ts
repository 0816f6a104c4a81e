import { TAG } from './der/tag.ts';
import type { DerReader } from './der/reader.ts';
import { readArguments, readBlocks, readNets, type WireBlock, type WireNet } from './devices.ts';
import { readFail, readTyp, type WireConfig } from './unikernel-config.ts';

/**
 * What earlier versions did not know is as the original takes it to be today: one CPU becomes a set, a
 * name is added, nothing is restarted, one CPU for the guest, no order and no partition.
 */
export const NEVER_SAID = {
  startup: null,
  addName: true,
  fail: { kind: 'quit' },
  vcpus: 1,
  linuxBoot: null,
} as const;

/**
 * ```asn1
 * ConfigV4 ::= SEQUENCE {
 *   typ Typ, compressed BOOLEAN, image OCTET STRING,
 *   startup INTEGER OPTIONAL, add-name BOOLEAN, fail Fail,
 *   cpuid INTEGER, memory INTEGER,
 *   blocks [0] SET OF BlockDev OPTIONAL, bridges [1] SET OF NetDev OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
export function readConfigV4(reader: DerReader): WireConfig {
  return reader.sequence((config) => ({
    ...NEVER_SAID,
    ...readImage(config),
    startup: config.has(TAG.integer) ? config.safeInteger() : null,
    addName: config.boolean(),
    ...readResources(config),
    blocks: readBlocks(config),
    nets: readNets(config),
    arguments: readArguments(config),
  }));
}

/**
 * ```asn1
 * ConfigV3 ::= SEQUENCE {
 *   typ Typ, compressed BOOLEAN, image OCTET STRING, fail Fail,
 *   cpuid INTEGER, memory INTEGER,
 *   blocks [0] SET OF BlockDev OPTIONAL, bridges [1] SET OF NetDev OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
export function readConfigV3(reader: DerReader): WireConfig {
  return reader.sequence((config) => ({
    ...NEVER_SAID,
    ...readImage(config),
    ...readResources(config),
    blocks: readBlocks(config),
    nets: readNets(config),
    arguments: readArguments(config),
  }));
}

/**
 * ```asn1
 * ConfigV2 ::= SEQUENCE {
 *   typ Typ, compressed BOOLEAN, image OCTET STRING, fail Fail,
 *   cpuid INTEGER, memory INTEGER,
 *   blocks [0] SET OF UTF8String OPTIONAL,
 *   bridges [1] SEQUENCE OF SEQUENCE { net UTF8String, bridge UTF8String OPTIONAL } OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
export function readConfigV2(reader: DerReader): WireConfig {
  return reader.sequence((config) => ({
    ...NEVER_SAID,
    ...readImage(config),
    ...readResources(config),
    blocks: config.optional(0, (blocks) => blocks.setOf(readBlockName)) ?? [],
    nets: config.optional(1, (nets) => nets.sequenceOf(readNetPair)) ?? [],
    arguments: readArguments(config),
  }));
}

/**
 * ```asn1
 * ConfigV1 ::= SEQUENCE {
 *   typ Typ, compressed BOOLEAN, image OCTET STRING, fail Fail,
 *   cpuid INTEGER, memory INTEGER,
 *   blocks [0] SET OF UTF8String OPTIONAL, bridges [1] SET OF UTF8String OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
export function readConfigV1(reader: DerReader): WireConfig {
  return reader.sequence((config) => ({
    ...NEVER_SAID,
    ...readImage(config),
    ...readResources(config),
    blocks: config.optional(0, (blocks) => blocks.setOf(readBlockName)) ?? [],
    nets: config.optional(1, (nets) => nets.setOf(readNetName)) ?? [],
    arguments: readArguments(config),
  }));
}

/**
 * ```asn1
 * ConfigV0 ::= SEQUENCE {
 *   cpu INTEGER, memory INTEGER, block UTF8String OPTIONAL,
 *   network SEQUENCE OF UTF8String OPTIONAL,
 *   image CHOICE { hvt-amd64 [0] OCTET STRING, hvt-arm64 [1] OCTET STRING,
 *                  hvt-amd64-compressed [2] OCTET STRING },
 *   arguments SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
export function readConfigV0(reader: DerReader): WireConfig {
  return reader.sequence((config) => ({
    ...NEVER_SAID,
    typ: 'solo5',
    cpuids: [config.safeInteger()],
    memory: config.safeInteger(),
    blocks: config.has(TAG.utf8String) ? [readBlockName(config)] : [],
    nets: config.has(TAG.sequence) ? config.sequenceOf(readNetName) : [],
    ...config.choice<Pick<WireConfig, 'image' | 'compressed'>>({
      0: (image) => ({ image: image.octetString(), compressed: false }),
      1: (image) => ({ image: image.octetString(), compressed: false }),
      2: (image) => ({ image: image.octetString(), compressed: true }),
    }),
    arguments: config.has(TAG.sequence) ? config.sequenceOf((text) => text.utf8String()) : [],
  }));
}

function readImage(config: DerReader): Pick<WireConfig, 'typ' | 'compressed' | 'image'> {
  return { typ: readTyp(config), compressed: config.boolean(), image: config.octetString() };
}

function readResources(config: DerReader): Pick<WireConfig, 'fail' | 'cpuids' | 'memory'> {
  return {
    fail: readFail(config),
    cpuids: [config.safeInteger()],
    memory: config.safeInteger(),
  };
}

function readBlockName(reader: DerReader): WireBlock {
  return { name: reader.utf8String(), device: null, sectorSize: null };
}

function readNetName(reader: DerReader): WireNet {
  return { name: reader.utf8String(), bridge: null, mac: null };
}

function readNetPair(reader: DerReader): WireNet {
  return reader.sequence((pair) => ({
    name: pair.utf8String(),
    bridge: pair.has(TAG.utf8String) ? pair.utf8String() : null,
    mac: null,
  }));
}
