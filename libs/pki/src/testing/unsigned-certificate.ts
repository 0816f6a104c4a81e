import { der, TAG } from '@albatross/wire';
import { nameOf, parseCommonName } from '../common-name.ts';
import { objectIdentifier, OID } from '../object-identifier.ts';

/** The parts of a certificate, each in DER; null for one that is not there. */
export interface CertificateDer {
  readonly version: der.Encoded | null;
  readonly serial: der.Encoded;
  readonly algorithm: der.Encoded;
  readonly issuer: der.Encoded;
  readonly notBefore: der.Encoded;
  readonly notAfter: der.Encoded;
  readonly subject: der.Encoded;
  readonly publicKey: der.Encoded;
  readonly uniqueIds: der.Encoded;
  /** `Extension`s. */
  readonly extensions: readonly der.Encoded[] | null;
  readonly outerAlgorithm: der.Encoded;
  readonly signature: der.Encoded;
  readonly more: der.Encoded;
}

export function bitString(unused: number, ...bytes: readonly number[]): der.Encoded {
  return der.sequence([[Uint8Array.of(unused, ...bytes)]], TAG.bitString);
}

export function text(tag: number, content: string): der.Encoded {
  return der.sequence([[Buffer.from(content, 'latin1')]], tag);
}

export function extension(
  type: string,
  value: der.Encoded,
  { critical = [] as der.Encoded } = {},
): der.Encoded {
  const content = der.octetString(der.concatenate(value));
  return der.sequence([objectIdentifier(type), critical, content]);
}

const ED25519 = der.sequence([objectIdentifier(OID.ed25519)]);

const PLAIN: CertificateDer = {
  version: der.integer(2),
  serial: der.integer(0x1234),
  algorithm: ED25519,
  issuer: [nameOf(parseCommonName('ca'))],
  notBefore: text(0x17, '261122000000Z'),
  notAfter: text(0x18, '20501122000000Z'),
  subject: [nameOf(parseCommonName('hello'))],
  publicKey: der.sequence([ED25519, bitString(0, ...new Uint8Array(32))]),
  uniqueIds: [],
  extensions: [extension(OID.keyUsage, bitString(7, 0x80))],
  outerAlgorithm: ED25519,
  signature: bitString(0, ...new Uint8Array(64)),
  more: [],
};

/** A certificate that nobody signed, with any of its parts another. */
export function unsignedCertificate(parts: Partial<CertificateDer>): Uint8Array {
  const all = { ...PLAIN, ...parts };
  const version = all.version === null ? [] : der.explicit(0, all.version);
  const validity = der.sequence([all.notBefore, all.notAfter]);
  const extensions = all.extensions === null ? [] : der.explicit(3, der.sequence(all.extensions));
  const issued = [all.serial, all.algorithm, all.issuer, validity, all.subject];
  const rest = [all.publicKey, all.uniqueIds, extensions];
  const signed = der.sequence([version, ...issued, ...rest]);
  return der.concatenate(der.sequence([signed, all.outerAlgorithm, all.signature, all.more]));
}
