import type { Certificate } from './certificate.ts';

/** Why a chain is refused. Programs read the reason; people, the message. */
export const REFUSAL_REASONS = {
  'no-certificate': 'No certificate was shown.',
  malformed: 'A certificate is not DER, or not as RFC 5280 has it.',
  'too-many-certificates':
    'There are more certificates, or ways to put them together, than are tried.',
  'unknown-issuer':
    'Nobody whom the certificate names as its issuer is known, or has the key it names.',
  'bad-signature': 'The key of its issuer did not sign the certificate.',
  expired: 'The certificate is no longer valid.',
  'not-yet-valid': 'The certificate is not valid yet.',
  version: 'The certificate is not of version 3.',
  'ca-as-leaf': 'The certificate of an authority is shown as that of a client.',
  'not-a-ca': 'The certificate of the issuer is not that of an authority.',
  'key-usage': 'The key may not be used for this.',
  'extended-key-usage': 'The certificate is for other purposes.',
  'unknown-critical-extension': 'Not knowing an extension forbids to accept the certificate.',
  'name-constraints':
    'An authority restricts the names below it, in a way that is not checked here.',
  'weak-key': 'The key is of another type or size than those that are accepted.',
  'weak-signature':
    'The certificate is signed with another algorithm than those that are accepted.',
  'path-too-long': 'There are too many certificates from the leaf to the authority.',
  'path-length': 'There are more authorities below one than it allows.',
  revoked: 'The issuer of the certificate has revoked it.',
  'revocation-unknown': 'The revocation list of the issuer cannot be relied on.',
} as const;

export type RefusalReason = keyof typeof REFUSAL_REASONS;

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  /** The one that is wrong; null when it cannot be read, or there is none. */
  readonly certificate: Certificate | null;
  /** One line of printable ASCII. */
  readonly message: string;
}

/** `what` goes on behind the name of the certificate. */
export function refuse(reason: RefusalReason, certificate: Certificate, what: string): Refusal {
  return { kind: 'refused', reason, certificate, message: `${describe(certificate)} ${what}` };
}

/** As `the certificate CN=hello, 299e38, of CN=tenant`. */
function describe({ subject, serial, issuer }: Certificate): string {
  return `the certificate ${subject.text}, ${serial}, of ${issuer.text}`;
}
