import { ascending } from './ascending.ts';
import { TAG } from './der/tag.ts';
import type { DerReader } from './der/reader.ts';
import * as der from './der/writer.ts';
import {
  readArguments,
  readBlocks,
  readNets,
  writeArguments,
  writeBlocks,
  writeNets,
  type WireBlock,
  type WireNet,
} from './devices.ts';

export type WireTyp = 'solo5' | 'bhyve';

/** What is done when the guest ends; no codes are any that can be restarted. */
export type WireFail =
  | { readonly kind: 'quit' }
  /** Ascending, each once. */
  | { readonly kind: 'restart'; readonly codes: readonly number[] };

/** A unikernel as the original's newest version describes it. Numbers may be below 0. */
export interface WireConfig {
  readonly typ: WireTyp;
  /** Whether the image is a zlib stream. */
  readonly compressed: boolean;
  /** A view of what was read. Empty for bhyve. */
  readonly image: Uint8Array;
  /** Lower ones are started first; null is 50. */
  readonly startup: number | null;
  readonly addName: boolean;
  readonly fail: WireFail;
  /** Ascending, each once; may be none. */
  readonly cpuids: readonly number[];
  /** MiB. */
  readonly memory: number;
  /** In no order that means anything. */
  readonly blocks: readonly WireBlock[];
  /** Likewise. */
  readonly nets: readonly WireNet[];
  readonly arguments: readonly string[];
  readonly vcpus: number;
  /** The partition that bhyve boots a Linux from. */
  readonly linuxBoot: string | null;
}

/**
 * ```asn1
 * Config ::= SEQUENCE {
 *   typ Typ, compressed BOOLEAN, image OCTET STRING,
 *   startup INTEGER OPTIONAL, add-name BOOLEAN, fail Fail,
 *   cpuids SET OF INTEGER, memory INTEGER,
 *   blocks [0] SET OF BlockDev OPTIONAL, bridges [1] SET OF NetDev OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL,
 *   cpus [3] INTEGER OPTIONAL,                  -- 1 when absent, always written
 *   linux-boot [4] UTF8String OPTIONAL }
 * ```
 *
 * Tags are EXPLICIT. Throws `WireError`.
 */
export function readConfig(reader: DerReader): WireConfig {
  // Members are read in the order they are written in here.
  return reader.sequence((config) => ({
    typ: readTyp(config),
    compressed: config.boolean(),
    image: config.octetString(),
    startup: config.has(TAG.integer) ? config.safeInteger() : null,
    addName: config.boolean(),
    fail: readFail(config),
    ...readResources(config),
  }));
}

export function writeConfig(config: WireConfig): der.Encoded {
  return der.sequence([
    writeTyp(config.typ),
    der.boolean(config.compressed),
    der.octetString(config.image),
    der.optional(config.startup, der.integer),
    der.boolean(config.addName),
    writeFail(config.fail),
    ...writeResources(config),
  ]);
}

/** What a unikernel gets from the host, which follows its image here and its arguments at a restart. */
export type WireResources = Pick<
  WireConfig,
  'cpuids' | 'memory' | 'blocks' | 'nets' | 'arguments' | 'vcpus' | 'linuxBoot'
>;

/** Reads the members from `cpuids` on. */
export function readResources(config: DerReader): WireResources {
  return {
    cpuids: readNumbers(config),
    memory: config.safeInteger(),
    blocks: readBlocks(config),
    nets: readNets(config),
    arguments: readArguments(config),
    vcpus: config.optional(3, (cpus) => cpus.safeInteger()) ?? 1,
    linuxBoot: config.optional(4, (partition) => partition.utf8String()),
  };
}

export function writeResources(resources: WireResources): readonly der.Encoded[] {
  return [
    der.setOf(resources.cpuids.map(der.integer)),
    der.integer(resources.memory),
    writeBlocks(resources.blocks),
    writeNets(resources.nets),
    writeArguments(resources.arguments),
    der.explicit(3, der.integer(resources.vcpus)),
    der.optional(resources.linuxBoot, (partition) => der.explicit(4, der.utf8String(partition))),
  ];
}

const TYPS: readonly WireTyp[] = ['solo5', 'bhyve'];

/**
 * ```asn1
 * Typ ::= CHOICE { solo5 [0] NULL, bhyve [1] NULL }
 * ```
 */
export function readTyp(reader: DerReader): WireTyp {
  return reader.choice<WireTyp>({
    0: (solo5) => solo5.nullAs('solo5'),
    1: (bhyve) => bhyve.nullAs('bhyve'),
  });
}

export function writeTyp(typ: WireTyp): der.Encoded {
  return der.explicit(TYPS.indexOf(typ), der.nothing());
}

/**
 * ```asn1
 * Fail ::= CHOICE { quit [0] NULL, restart [1] SET OF INTEGER }
 * ```
 */
export function readFail(reader: DerReader): WireFail {
  return reader.choice<WireFail>({
    0: (quit) => quit.nullAs({ kind: 'quit' }),
    1: (restart) => ({ kind: 'restart', codes: readNumbers(restart) }),
  });
}

export function writeFail(fail: WireFail): der.Encoded {
  return fail.kind === 'quit'
    ? der.explicit(0, der.nothing())
    : der.explicit(1, der.setOf(fail.codes.map(der.integer)));
}

/** `SET OF INTEGER`, as a set. */
export function readNumbers(reader: DerReader): readonly number[] {
  return ascending(reader.setOf((number) => number.safeInteger()));
}
