import { TAG } from '../der/tag.ts';
import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readArguments, writeArguments } from '../devices.ts';
import {
  readFail,
  readNumbers,
  readTyp,
  writeFail,
  writeTyp,
  type WireConfig,
} from '../unikernel-config.ts';
import {
  readInfoBlocks,
  readInfoNets,
  writeInfoBlocks,
  writeInfoNets,
  type WireInfoBlock,
  type WireInfoNet,
} from './info-devices.ts';

/** A running unikernel. */
export interface WireInfo extends Pick<
  WireConfig,
  'typ' | 'startup' | 'fail' | 'cpuids' | 'memory' | 'arguments' | 'vcpus' | 'linuxBoot'
> {
  /** SHA-256 of the image, inflated; of bhyve the name it gave the guest. A view of what was read. */
  readonly digest: Uint8Array;
  /** In no order that means anything. */
  readonly blocks: readonly WireInfoBlock[];
  /** Likewise. */
  readonly nets: readonly WireInfoNet[];
  /** Milliseconds since 1970; 0 is what was not said. */
  readonly startedAt: number;
}

/**
 * ```asn1
 * Info ::= SEQUENCE {
 *   typ Typ, startup INTEGER OPTIONAL, fail Fail, cpuids SET OF INTEGER, memory INTEGER,
 *   digest OCTET STRING,
 *   blocks [0] SET OF InfoBlock OPTIONAL, bridges [1] SET OF InfoNet OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL, started [3] GeneralizedTime OPTIONAL,
 *   cpus [4] INTEGER OPTIONAL,                  -- 1 when absent, always written
 *   linux-boot [5] UTF8String OPTIONAL }
 * ```
 *
 * Throws `WireError`.
 */
export function readInfo(reader: DerReader): WireInfo {
  return reader.sequence((info) => ({
    typ: readTyp(info),
    startup: readStartup(info),
    fail: readFail(info),
    cpuids: readNumbers(info),
    ...readRest(info),
    vcpus: info.optional(4, (cpus) => cpus.safeInteger()) ?? 1,
    linuxBoot: info.optional(5, (partition) => partition.utf8String()),
  }));
}

export function writeInfo(info: WireInfo): der.Encoded {
  return der.sequence([
    writeTyp(info.typ),
    der.optional(info.startup, der.integer),
    writeFail(info.fail),
    der.setOf(info.cpuids.map(der.integer)),
    ...writeRest(info),
    der.explicit(4, der.integer(info.vcpus)),
    der.optional(info.linuxBoot, (partition) => der.explicit(5, der.utf8String(partition))),
  ]);
}

/**
 * ```asn1
 * InfoV5 ::= SEQUENCE {
 *   typ Typ, startup INTEGER OPTIONAL, fail Fail, cpuid INTEGER, memory INTEGER,
 *   digest OCTET STRING,
 *   blocks [0] SET OF InfoBlock OPTIONAL, bridges [1] SET OF InfoNet OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL, started [3] GeneralizedTime OPTIONAL }
 * InfoV4 ::= InfoV5 without startup
 * ```
 */
export function readOlderInfo(reader: DerReader, form: 'info-4' | 'info-5'): WireInfo {
  return reader.sequence((info) => ({
    typ: readTyp(info),
    startup: form === 'info-5' ? readStartup(info) : null,
    fail: readFail(info),
    cpuids: [info.safeInteger()],
    ...readRest(info),
    vcpus: 1,
    linuxBoot: null,
  }));
}

/**
 * These forms have room for one CPU: the first is written, and 0 where there is none. The original's
 * daemon dies of such a question.
 */
export function writeOlderInfo(info: WireInfo, form: 'info-4' | 'info-5'): der.Encoded {
  return der.sequence([
    writeTyp(info.typ),
    form === 'info-5' ? der.optional(info.startup, der.integer) : [],
    writeFail(info.fail),
    der.integer(info.cpuids[0] ?? 0),
    ...writeRest(info),
  ]);
}

function readStartup(info: DerReader): number | null {
  return info.has(TAG.integer) ? info.safeInteger() : null;
}

/** The members that all forms have, from `memory` to `started`. */
type Rest = Pick<WireInfo, 'memory' | 'digest' | 'blocks' | 'nets' | 'arguments' | 'startedAt'>;

function readRest(info: DerReader): Rest {
  return {
    memory: info.safeInteger(),
    digest: info.octetString(),
    blocks: readInfoBlocks(info),
    nets: readInfoNets(info),
    arguments: readArguments(info),
    startedAt: info.optional(3, (started) => started.generalizedTime()) ?? 0,
  };
}

function writeRest(info: Rest): readonly der.Encoded[] {
  return [
    der.integer(info.memory),
    der.octetString(info.digest),
    writeInfoBlocks(info.blocks),
    writeInfoNets(info.nets),
    writeArguments(info.arguments),
    der.explicit(3, der.generalizedTime(info.startedAt)),
  ];
}
