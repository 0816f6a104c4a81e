import {
  contextTag,
  decodeDer,
  decodeExtension,
  EXTENSION_OID,
  TAG,
  WireError,
  type DerReader,
  type WireCommand,
} from '@albatross/wire';
import { createPublicKey } from 'node:crypto';
import { readWholeBytes } from './bit-string.ts';
import { readUpTo } from './bounded-list.ts';
import { nameOf, type CommonName } from './common-name.ts';
import { readDistinguishedName, type DistinguishedName } from './distinguished-name.ts';
import { albatross } from './issued-extensions.ts';
import { IssueError } from './issue-error.ts';
import { describeKey, keyFamilyOf } from './key-type.ts';
import { OID } from './object-identifier.ts';
import type { PrivateKey } from './private-key.ts';
import { readPublicKey, type PublicKey } from './public-key.ts';
import { readExtensions, type ExtensionReaders } from './read-extensions.ts';
import { readObjectIdentifier } from './read-object-identifier.ts';
import { isSignedBy, readSigningAlgorithm } from './signature.ts';
import { libraryKeys, x509Library } from './x509-library.ts';

/** Somebody asks for a certificate of a key, and has shown to have that key. */
export interface SigningRequest {
  readonly subject: DistinguishedName;
  /** A `SubjectPublicKeyInfo` in DER. */
  readonly publicKey: Uint8Array;
  /** What the certificate is to carry; null in that of a server. */
  readonly command: WireCommand | null;
}

/** More attributes than these nobody has. */
export const REQUEST_ATTRIBUTES_MAX = 64;

/** In DER, with the command as an extension that is asked for; null asks for none. */
export async function buildSigningRequest(
  commonName: CommonName,
  command: WireCommand | null,
  key: PrivateKey,
): Promise<Uint8Array> {
  const { Pkcs10CertificateRequestGenerator, Extension, Name } = await x509Library();
  const asked = command === null ? [] : [albatross(command)];
  const { rawData } = await Pkcs10CertificateRequestGenerator.create({
    name: new Name(nameOf(commonName)),
    extensions: asked.map(({ oid, isCritical, value }) => new Extension(oid, isCritical, value)),
    ...(await libraryKeys(key)),
  });
  return new Uint8Array(rawData);
}

/**
 * ```asn1
 * CertificationRequest     ::= SEQUENCE {
 *   certificationRequestInfo  CertificationRequestInfo,
 *   signatureAlgorithm        AlgorithmIdentifier,
 *   signature                 BIT STRING }
 * CertificationRequestInfo ::= SEQUENCE {
 *   version        INTEGER { v1(0) },
 *   subject        Name,
 *   subjectPKInfo  SubjectPublicKeyInfo,
 *   attributes     [0] IMPLICIT SET OF Attribute }
 * Attribute                ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY }
 * ```
 *
 * Of the attributes, and of the extensions asked for, all but the command's are passed over: what a
 * certificate says beside it is for its issuer to say. Throws `IssueError` `REQUEST_MALFORMED`, for one that
 * its own key did not sign, too.
 */
export function readSigningRequest(bytes: Uint8Array): SigningRequest {
  try {
    return decodeDer(bytes, (whole) => whole.sequence(readRequest));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw malformed(`it is none: ${error.message}`, error);
  }
}

function readRequest(parts: DerReader): SigningRequest {
  const { value, bytes: content } = parts.withBytes((info) => info.sequence(readInfo));
  const algorithm = readSigningAlgorithm(parts);
  const signature = { content, algorithm, value: readWholeBytes(parts) };
  const { subject, publicKey, extension } = value;
  const known = knownKey(publicKey);
  if (!isSignedBy(signature, publicKey)) {
    throw malformed('its signature is not by its own key, or in a way that is not accepted');
  }
  // Whoever signs vouches for what is understood here, so that is what is encoded again.
  const command = extension === null ? null : decodeExtension(extension);
  return { subject, publicKey: known, command };
}

interface Info {
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly extension: Uint8Array | null;
}

function readInfo(info: DerReader): Info {
  const { offset } = info;
  if (info.safeInteger() !== 0)
    throw new WireError({ offset, expected: 'version 0', found: 'another' });
  const subject = readDistinguishedName(info);
  const publicKey = readPublicKey(info);
  const lists = info.has(ATTRIBUTES) ? info.sequence(readAttributes, ATTRIBUTES) : [];
  const [extension = null] = lists;
  return { subject, publicKey, extension };
}

const ATTRIBUTES = contextTag(0);

/** The albatross extension, of which there may be one. */
function readAttributes(list: DerReader): readonly Uint8Array[] {
  const { offset } = list;
  const attributes = list.isAtEnd ? [] : readUpTo(list, REQUEST_ATTRIBUTES_MAX, readAttribute);
  const requests = attributes.filter((one) => one !== null);
  if (requests.length > 1)
    throw new WireError({ offset, expected: 'one extensionRequest', found: 'several' });
  return requests.flatMap(({ extension }) => (extension === undefined ? [] : [extension]));
}

interface Requested {
  readonly extension: Uint8Array;
}

const REQUESTED: ExtensionReaders<Requested> = new Map([
  [EXTENSION_OID, (parts) => ({ extension: parts.octetString() })],
]);

/** The extensions that are asked for; null for another attribute. */
function readAttribute(list: DerReader): Partial<Requested> | null {
  return list.sequence((attribute) => {
    const type = readObjectIdentifier(attribute);
    if (type === OID.extensionRequest)
      return attribute.sequence((values) => readExtensions(values, REQUESTED).values, TAG.set);
    attribute.content(TAG.set);
    return null;
  });
}

/** As OpenSSL writes it, if it is one that we sign for. */
function knownKey({ der }: PublicKey): Uint8Array {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    if (keyFamilyOf(key) !== null) return key.export({ format: 'der', type: 'spki' });
    throw malformed(`its key is ${describeKey(key)}; no certificates are made for those`);
  } catch (error) {
    if (error instanceof IssueError) throw error;
    throw malformed('its key is none', error);
  }
}

function malformed(why: string, cause?: unknown): IssueError {
  return new IssueError('REQUEST_MALFORMED', `the signing request cannot be signed: ${why}`, {
    cause,
  });
}
