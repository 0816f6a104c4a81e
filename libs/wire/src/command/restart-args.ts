import { TAG } from '../der/tag.ts';
import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readArguments, readBlocks, readNets } from '../devices.ts';
import { NEVER_SAID } from '../older-configs.ts';
import {
  readFail,
  readResources,
  writeFail,
  writeResources,
  type WireConfig,
} from '../unikernel-config.ts';

/** What a restart replaces; the image stays. */
export type WireArgs = Omit<WireConfig, 'typ' | 'compressed' | 'image'>;

/**
 * ```asn1
 * RestartArgs ::= CHOICE { none [0] NULL, args0 [1] ArgsV0, args1 [2] ArgsV1, args [3] Args }
 * ```
 *
 * Null: everything stays. Throws `WireError`.
 */
export function readRestartArgs(reader: DerReader): WireArgs | null {
  return reader.choice<WireArgs | null>({
    0: (none) => none.nullAs(null),
    1: readArgsV0,
    2: readArgsV1,
    3: readArgs,
  });
}

export function writeRestartArgs(args: WireArgs | null): der.Encoded {
  return args === null ? der.explicit(0, der.nothing()) : der.explicit(3, writeArgs(args));
}

/**
 * ```asn1
 * Args ::= SEQUENCE {
 *   fail Fail, startup INTEGER OPTIONAL, add-name BOOLEAN,
 *   cpuids SET OF INTEGER, memory INTEGER,
 *   blocks [0] SET OF BlockDev OPTIONAL, bridges [1] SET OF NetDev OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL,
 *   cpus [3] INTEGER OPTIONAL, linux-boot [4] UTF8String OPTIONAL }
 * ```
 */
function readArgs(reader: DerReader): WireArgs {
  return reader.sequence((args) => ({
    fail: readFail(args),
    startup: args.has(TAG.integer) ? args.safeInteger() : null,
    addName: args.boolean(),
    ...readResources(args),
  }));
}

function writeArgs(args: WireArgs): der.Encoded {
  return der.sequence([
    writeFail(args.fail),
    der.optional(args.startup, der.integer),
    der.boolean(args.addName),
    ...writeResources(args),
  ]);
}

/**
 * ```asn1
 * ArgsV1 ::= SEQUENCE {
 *   fail Fail, startup INTEGER OPTIONAL, add-name BOOLEAN, cpuid INTEGER, memory INTEGER,
 *   blocks [0] SET OF BlockDev OPTIONAL, bridges [1] SET OF NetDev OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
function readArgsV1(reader: DerReader): WireArgs {
  return reader.sequence((args) => ({
    ...NEVER_SAID,
    fail: readFail(args),
    startup: args.has(TAG.integer) ? args.safeInteger() : null,
    addName: args.boolean(),
    ...readOneCpu(args),
  }));
}

/**
 * ```asn1
 * ArgsV0 ::= SEQUENCE {
 *   fail Fail, cpuid INTEGER, memory INTEGER,
 *   blocks [0] SET OF BlockDev OPTIONAL, bridges [1] SET OF NetDev OPTIONAL,
 *   arguments [2] SEQUENCE OF UTF8String OPTIONAL }
 * ```
 */
function readArgsV0(reader: DerReader): WireArgs {
  return reader.sequence((args) => ({ ...NEVER_SAID, fail: readFail(args), ...readOneCpu(args) }));
}

/** From `cpuid` on. */
function readOneCpu(
  args: DerReader,
): Pick<WireArgs, 'cpuids' | 'memory' | 'blocks' | 'nets' | 'arguments'> {
  return {
    cpuids: [args.safeInteger()],
    memory: args.safeInteger(),
    blocks: readBlocks(args),
    nets: readNets(args),
    arguments: readArguments(args),
  };
}
