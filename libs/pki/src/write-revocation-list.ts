import { der, TAG } from '@albatross/wire';
import { sign } from 'node:crypto';
import { authorityKeyIdentifier, type Extension } from './issued-extensions.ts';
import type { KeyFamily } from './key-type.ts';
import { objectIdentifier, OID } from './object-identifier.ts';
import type { PrivateKey } from './private-key.ts';
import type { SerialNumber } from './serial-number.ts';

/** All that a revocation list says. Times are whole seconds, in milliseconds since 1970. */
export interface RevocationListParts {
  /** A `Name` in DER. */
  readonly issuer: Uint8Array;
  readonly keyIdentifier: Uint8Array;
  /** Larger than that of any list of this authority before. */
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly entries: readonly RevocationListEntry[];
}

export interface RevocationListEntry {
  readonly serial: SerialNumber;
  readonly at: number;
}

/**
 * ```asn1
 * CertificateList ::= SEQUENCE {
 *   tbsCertList          TBSCertList,
 *   signatureAlgorithm   AlgorithmIdentifier,
 *   signature            BIT STRING }
 * TBSCertList     ::= SEQUENCE {
 *   version              INTEGER { v2(1) },
 *   signature            AlgorithmIdentifier,
 *   issuer               Name,
 *   thisUpdate           Time,
 *   nextUpdate           Time,
 *   revokedCertificates  SEQUENCE SIZE (1..MAX) OF SEQUENCE {
 *     userCertificate     INTEGER,
 *     revocationDate      Time } OPTIONAL,
 *   crlExtensions        [0] EXPLICIT SEQUENCE OF Extension }   -- authorityKeyIdentifier, cRLNumber
 * ```
 *
 * In DER, signed. The library that makes certificates is not used: it writes an empty SEQUENCE where an entry has
 * no extensions, which is none, and takes seconds for some thousand entries.
 */
export function buildRevocationList(
  parts: RevocationListParts,
  signingKey: PrivateKey,
): Uint8Array {
  const algorithm = signatureAlgorithm(signingKey.family);
  const { issuer, thisUpdate, nextUpdate, entries } = parts;
  const revoked = entries.map(({ serial, at }) => der.sequence([serialNumber(serial), time(at)]));
  const extensions = [authorityKeyIdentifier(parts.keyIdentifier), listNumber(parts.number)];
  const content = der.concatenate(
    der.sequence([
      der.integer(1),
      algorithm,
      [issuer],
      time(thisUpdate),
      time(nextUpdate),
      revoked.length === 0 ? [] : der.sequence(revoked),
      der.explicit(0, der.sequence(extensions.map(extension))),
    ]),
  );
  const signature = sign(SIGNATURES[signingKey.family].hash, content, signingKey.key);
  return der.concatenate(der.sequence([[content], algorithm, bitString(signature)]));
}

const SIGNATURES: Readonly<
  Record<KeyFamily, { readonly oid: string; readonly hash: string | null }>
> = {
  rsa: { oid: OID.sha256WithRSAEncryption, hash: 'sha256' },
  ed25519: { oid: OID.ed25519, hash: null },
  p256: { oid: OID.ecdsaWithSHA256, hash: 'sha256' },
  p384: { oid: OID.ecdsaWithSHA384, hash: 'sha384' },
  p521: { oid: OID.ecdsaWithSHA512, hash: 'sha512' },
};

/** Those of RSA have a NULL behind them, others nothing. */
function signatureAlgorithm(family: KeyFamily): der.Encoded {
  const parameters = family === 'rsa' ? [der.nothing()] : [];
  return der.sequence([objectIdentifier(SIGNATURES[family].oid), ...parameters]);
}

function bitString(bytes: Uint8Array): der.Encoded {
  return der.sequence([[Uint8Array.of(0), bytes]], TAG.bitString);
}

function serialNumber(serial: SerialNumber): der.Encoded {
  return der.sequence([[Buffer.from(serial, 'hex')]], TAG.integer);
}

/**
 * ```text
 * Time = UTCTime / GeneralizedTime     ; years of two digits, which end in 2049, as long as they last
 * ```
 */
function time(at: number): der.Encoded {
  const year = new Date(at).getUTCFullYear();
  if (year < 1950 || year > 2049) return der.generalizedTime(at);
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der.sequence([[Buffer.from(digits.slice(2))]], UTC_TIME);
}

const UTC_TIME = 0x17;

function listNumber(number: number): Extension {
  const value = der.concatenate(der.integer(number));
  return { oid: OID.cRLNumber, isCritical: false, value };
}

/**
 * ```asn1
 * Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
 * ```
 */
function extension({ oid, isCritical, value }: Extension): der.Encoded {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence([objectIdentifier(oid), ...critical, der.octetString(value)]);
}
