import type { DerReader } from './der/reader.ts';
import * as der from './der/writer.ts';
import { WireError } from './wire-error.ts';

/** That of the original since 1.5, and the only one it takes since 2.6. */
const VERSION = 5n;

/**
 * ```asn1
 * Version ::= INTEGER (5)
 * ```
 *
 * Versions 3 and 4 had names that were `SEQUENCE OF UTF8String`: nothing behind another version can be
 * read, whatever it is. Throws `WireError`.
 */
export function readVersion(reader: DerReader): void {
  const { offset } = reader;
  const version = reader.integer();
  if (version === VERSION) return;
  const whose = version === 3n || version === 4n ? ', of albatross before 1.5' : '';
  throw new WireError({ offset, expected: `version ${VERSION}`, found: `${version}${whose}` });
}

export function writeVersion(): der.Encoded {
  return der.integer(VERSION);
}
