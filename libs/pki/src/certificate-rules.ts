import { NAME_CONSTRAINTS } from './certificate-extensions.ts';
import type { Certificate } from './certificate.ts';
import { PURPOSE } from './key-usage.ts';
import { OID } from './object-identifier.ts';
import { keyProblem } from './public-key.ts';
import { refuse, type Refusal } from './refusal.ts';

/** What is wrong with a certificate for what it is used for, whoever signed it; null if nothing. */
export type CertificateRule = (certificate: Certificate, now: number) => Refusal | null;

/** What somebody has a certificate for: to be a client, to be a server, or to sign those of others. */
export type Role = 'client' | 'server' | 'authority';

/** Of the one that a path begins with. `now` in milliseconds since 1970. */
export function certificateRefusal(
  certificate: Certificate,
  role: Role,
  now: number,
): Refusal | null {
  switch (role) {
    case 'client':
    case 'server':
      return leafRefusal(certificate, role, now);
    case 'authority':
      return authorityRefusal(certificate, now);
  }
}

/** The certificate that a client or a server shows as its own. */
function leafRefusal(leaf: Certificate, role: 'client' | 'server', now: number): Refusal | null {
  return (
    timeRefusal(leaf, now) ??
    versionRefusal(leaf) ??
    (leaf.basicConstraints?.isAuthority === true
      ? refuse('ca-as-leaf', leaf, `is that of an authority, which cannot be a ${role}`)
      : null) ??
    (leaf.nameConstraints !== null
      ? refuse('name-constraints', leaf, 'restricts the names of others and is not an authority')
      : null) ??
    (leaf.keyUsage?.has('digitalSignature') === false
      ? refuse('key-usage', leaf, `is not for digitalSignature, which a ${role} needs`)
      : null) ??
    purposeRefusal(leaf, PURPOSE[role], `${role}Auth`) ??
    criticalRefusal(leaf, LEAF_CRITICAL) ??
    keyRefusal(leaf) ??
    signatureRefusal(leaf)
  );
}

/** One that others are below. */
export const authorityRefusal: CertificateRule = (authority, now) =>
  anchorRefusal(authority, now) ?? signatureRefusal(authority);

/** The one that is trusted already: nothing depends on who signed it. */
export const anchorRefusal: CertificateRule = (anchor, now) =>
  timeRefusal(anchor, now) ??
  versionRefusal(anchor) ??
  (anchor.basicConstraints?.isAuthority === true
    ? null
    : refuse('not-a-ca', anchor, 'is not that of an authority: basicConstraints do not say CA')) ??
  (anchor.keyUsage?.has('keyCertSign') === true
    ? null
    : refuse('key-usage', anchor, 'is not for keyCertSign, which an authority needs')) ??
  purposeRefusal(anchor, PURPOSE.server, 'serverAuth') ??
  criticalRefusal(anchor, AUTHORITY_CRITICAL) ??
  (anchor.nameConstraints === 'others'
    ? refuse('name-constraints', anchor, 'restricts names that are not compared here')
    : null) ??
  keyRefusal(anchor);

/** The original knows these, and no others, where they are critical. */
const LEAF_CRITICAL = [OID.basicConstraints, OID.keyUsage, OID.extKeyUsage, OID.subjectAltName];
const AUTHORITY_CRITICAL = [OID.basicConstraints, OID.keyUsage, NAME_CONSTRAINTS];

function timeRefusal(certificate: Certificate, now: number): Refusal | null {
  const { notBefore, notAfter } = certificate;
  if (now >= notAfter) return refuse('expired', certificate, `expired at ${timeText(notAfter)}`);
  return now <= notBefore
    ? refuse('not-yet-valid', certificate, `is valid from ${timeText(notBefore)} on`)
    : null;
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function versionRefusal(certificate: Certificate): Refusal | null {
  const { version } = certificate;
  return version === 3 ? null : refuse('version', certificate, `is of version ${version}, not 3`);
}

/** Without the extension it is for all purposes. */
function purposeRefusal(
  certificate: Certificate,
  purpose: string,
  purposeName: string,
): Refusal | null {
  const purposes = certificate.extendedKeyUsage;
  if (purposes === null || purposes.has(purpose) || purposes.has(PURPOSE.any)) return null;
  const what = `is for other purposes than ${purposeName}`;
  return refuse('extended-key-usage', certificate, what);
}

function criticalRefusal(certificate: Certificate, known: readonly string[]): Refusal | null {
  const unknown = certificate.critical.find((type) => !known.includes(type));
  if (unknown === undefined) return null;
  const what = `has a critical extension that is not known here, ${unknown}`;
  return refuse('unknown-critical-extension', certificate, what);
}

function keyRefusal(certificate: Certificate): Refusal | null {
  const problem = keyProblem(certificate.publicKey);
  return problem === null ? null : refuse('weak-key', certificate, `has a key that ${problem}`);
}

function signatureRefusal(certificate: Certificate): Refusal | null {
  const { scheme, type } = certificate.signature.algorithm;
  if (scheme !== null) return null;
  const what = `is signed with ${type}; accepted are RSA, ECDSA with SHA-2, and Ed25519`;
  return refuse('weak-signature', certificate, what);
}
