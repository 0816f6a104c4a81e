import { readCommand, writeCommand, type WireCommand } from './command/command.ts';
import { decodeDer } from './der/reader.ts';
import * as der from './der/writer.ts';
import { readVersion, writeVersion } from './version.ts';

/** Of the extension, which must not be critical: nobody else knows it. */
export const EXTENSION_OID = '1.3.6.1.4.1.49836.42';

/**
 * ```asn1
 * AlbatrossExtension ::= SEQUENCE { version INTEGER (5), command Command }
 * ```
 *
 * Reads the value of the extension, the content of its `extnValue`; in a certificate's and in a request's
 * it is the same. Bytes are views of it. Throws `WireError`.
 */
export function decodeExtension(value: Uint8Array): WireCommand {
  return decodeDer(value, (extension) =>
    extension.sequence((parts) => {
      readVersion(parts);
      return readCommand(parts);
    }),
  );
}

export function encodeExtension(command: WireCommand): Uint8Array {
  return der.concatenate(der.sequence([writeVersion(), writeCommand(command)]));
}
