import type { Name } from '@albatross/shared/domain/name';
import { ChainError, encodeExtension, readChain, type WireCommand } from '@albatross/wire';
import { buildCertificate, type Validity } from './build-certificate.ts';
import { parseCommonName, type CommonName } from './common-name.ts';
import { checkAgainstPolicies } from './embedded-policy.ts';
import { IssueError } from './issue-error.ts';
import {
  authorityExtensions,
  leafExtensions,
  serverExtensions,
  type Extension,
  type KeyIdentifiers,
} from './issued-extensions.ts';
import type { Issuer } from './issuer.ts';
import { keyIdentifierOf } from './key-identifier.ts';
import { newSerialNumber, type SerialNumber } from './serial-number.ts';

/** A certificate that somebody should get. */
export interface Wanted {
  readonly purpose: Purpose;
  readonly commonName: string | null;
  /** A `Name` in DER. */
  readonly subject: Uint8Array;
  /** A `SubjectPublicKeyInfo` in DER. */
  readonly publicKey: Uint8Array;
}

/** An authority carries a policy; a leaf, what is to be done. */
export type Purpose =
  | { readonly kind: 'authority' | 'leaf'; readonly command: WireCommand }
  | {
      readonly kind: 'server';
      /** Which clients know it by; without any, they look at no names. */
      readonly hosts?: readonly string[];
    };

export interface Issued {
  readonly kind: Purpose['kind'];
  readonly commonName: CommonName;
  readonly serial: SerialNumber;
  readonly validity: Validity;
  /** In DER: what was issued, and what has to be shown with it. */
  readonly certificates: readonly Uint8Array[];
}

/** The original cannot send more in a handshake. */
export const CERTIFICATE_BYTES_MAX = 16_777_216;

/**
 * Signs a certificate, if the policies of the authority and of those above it allow what it carries.
 * Throws `IssueError`: `NAME_INVALID`, `POLICY_INVALID`, `POLICY_CONFLICT`, `POLICY_EXCEEDED`,
 * `MEMORY_INVALID`, `AUTHORITY_INVALID` or `CERTIFICATE_TOO_LARGE`.
 */
export async function issue(
  issuer: Issuer,
  wanted: Wanted,
  validity: Validity,
  serial: SerialNumber = newSerialNumber(),
): Promise<Issued> {
  const { purpose } = wanted;
  const commonName = commonNameOf(wanted);
  checkDepth(issuer, purpose);
  if (purpose.kind !== 'server') {
    const name = nameUnder(issuer, commonName, purpose);
    checkAgainstPolicies(issuer.policies, name, purpose.command);
  }
  const keys = { subject: keyIdentifierOf(wanted.publicKey), issuer: issuer.keyIdentifier };
  const parts = {
    serial,
    issuer: issuer.certificate.subject.der,
    validity,
    subject: wanted.subject,
    publicKey: wanted.publicKey,
    extensions: extensionsOf(purpose, keys),
  };
  const certificate = await buildCertificate(parts, issuer.key);
  checkSize(certificate);
  const certificates = [certificate, ...issuer.chain.map(({ der }) => der)];
  return { kind: purpose.kind, commonName, serial, validity, certificates };
}

function commonNameOf({ commonName }: Wanted): CommonName {
  if (commonName !== null) return parseCommonName(commonName);
  const right = 'that of a path itself is "."';
  throw new IssueError('NAME_INVALID', `a certificate has a common name; ${right}`);
}

function checkDepth({ certificate, depthLeft }: Issuer, { kind }: Purpose): void {
  const needed = kind === 'authority' ? 1 : 0;
  if (depthLeft === null || depthLeft >= needed) return;
  const message = `below the authority ${certificate.subject.text} there may be no other`;
  throw new IssueError('AUTHORITY_INVALID', message);
}

/** Of a certificate of the issuer's; the same as a server makes of it. */
function nameUnder({ chain }: Issuer, commonName: CommonName, { kind }: Purpose): Name {
  const named = { commonName, extension: ANY_POLICY };
  const leaf = { commonName: '.', extension: ANY_POLICY };
  try {
    return readChain(kind === 'authority' ? [leaf, named, ...chain] : [named, ...chain]).name;
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new IssueError('NAME_INVALID', error.message, { cause: error });
  }
}

/** Names do not depend on what is in it. */
const ANY_POLICY = encodeExtension({
  kind: 'policy-add',
  policy: { cpuids: [], unikernels: 0n, memory: 0, block: null, bridges: [] },
});

function extensionsOf(purpose: Purpose, keys: KeyIdentifiers): readonly Extension[] {
  switch (purpose.kind) {
    case 'authority':
      return authorityExtensions(purpose.command, keys);
    case 'leaf':
      return leafExtensions(purpose.command, keys);
    case 'server':
      return serverExtensions(keys, purpose.hosts);
  }
}

function checkSize({ length }: Uint8Array): void {
  if (length <= CERTIFICATE_BYTES_MAX) return;
  const remedy = 'an image can also be sent behind the certificate';
  const message = `the certificate would have ${length} bytes, of at most ${CERTIFICATE_BYTES_MAX}; ${remedy}`;
  throw new IssueError('CERTIFICATE_TOO_LARGE', message);
}
