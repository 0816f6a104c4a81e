import { der, TAG } from '@albatross/wire';

/** The object identifiers that are written or looked for, by the names that their standards give them. */
export const OID = {
  // keys: RFC 5480, RFC 8410
  ecPublicKey: '1.2.840.10045.2.1',
  secp256r1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
  // signatures: RFC 4055, RFC 5758, RFC 8410
  sha256WithRSAEncryption: '1.2.840.113549.1.1.11',
  sha384WithRSAEncryption: '1.2.840.113549.1.1.12',
  sha512WithRSAEncryption: '1.2.840.113549.1.1.13',
  ecdsaWithSHA256: '1.2.840.10045.4.3.2',
  ecdsaWithSHA384: '1.2.840.10045.4.3.3',
  ecdsaWithSHA512: '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  // requests: RFC 2985
  extensionRequest: '1.2.840.113549.1.9.14',
  // certificates and revocation lists: RFC 5280
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  cRLNumber: '2.5.29.20',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/**
 * ```text
 * content = first *arc           ; first: 40 times the first number and the second
 * arc     = *(0x80-0xff) 0x00-0x7f    ; seven bits in each byte, the highest first
 * ```
 */
export function objectIdentifier(dotted: string): der.Encoded {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const content = [root * 40 + second, ...rest].flatMap(arcBytes);
  return der.sequence([[Uint8Array.from(content)]], TAG.objectIdentifier);
}

function arcBytes(arc: number): readonly number[] {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(0x80 + (rest % 128));
  return bytes;
}
