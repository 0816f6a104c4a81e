import type { PathName } from '@albatross/shared/domain/name';
import type { Policies } from '@albatross/shared/domain/policy';
import {
  ChainError,
  encodeExtension,
  readChain,
  WireError,
  type ChainRequest,
} from '@albatross/wire';
import { anchorRefusal } from './certificate-rules.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { ChainLinks } from './chain-links.ts';
import { readWhole } from './durable-file.ts';
import { readPolicies } from './embedded-policy.ts';
import { IssueError } from './issue-error.ts';
import { readKeyFile } from './key-file.ts';
import { keyIdentifierOf } from './key-identifier.ts';
import { PemError, readPemOf } from './pem.ts';
import type { PrivateKey } from './private-key.ts';
import { isSameKey } from './same-key.ts';

/** An authority that can sign. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
  /** By which what it signs names its key. */
  readonly keyIdentifier: Uint8Array;
  /**
   * What whoever shows a certificate of this authority has to show as well, nearest first: its own and those
   * above it, as far as they are known, but no root, which the other side has.
   */
  readonly chain: readonly Certificate[];
  /** The policies in those, by path. */
  readonly policies: Policies;
  /** Under which it issues names. */
  readonly path: PathName;
  /** How many authorities there may be below it; null for any number. */
  readonly depthLeft: number | null;
}

export interface IssuerFiles {
  /** In PEM. The first certificate is that of the authority; others are those above it, nearest first. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** `now` in milliseconds since 1970. Throws `IssueError` for files that are not those of an authority which is valid. */
export async function openIssuer(files: IssuerFiles, now: number): Promise<Issuer> {
  const certificates = await readCertificates(files.certificateFile);
  return issuerOf(certificates, await readKeyFile(files.keyFile), now);
}

/** In the order in which they stand there, at least one. Throws `IssueError` `FILE_UNREADABLE` or `CERTIFICATE_INVALID`. */
export async function readCertificates(path: string): Promise<readonly Certificate[]> {
  const text = (await readWhole(path)).toString('latin1');
  try {
    return readPemOf('CERTIFICATE', text, path).map((der) => readCertificate(der));
  } catch (error) {
    if (!(error instanceof PemError || error instanceof WireError)) throw error;
    const where = error instanceof PemError ? 'PEM' : 'DER';
    const message = `${path} has no certificate that can be read: in its ${where}, ${error.message}`;
    throw new IssueError('CERTIFICATE_INVALID', message, { cause: error });
  }
}

/** The same of what was read already. */
export function issuerOf(
  certificates: readonly Certificate[],
  key: PrivateKey,
  now: number,
): Issuer {
  const [certificate] = certificates;
  if (certificate === undefined) throw new IssueError('AUTHORITY_INVALID', 'there is no authority');
  const chain = linked(certificates, now);
  if (!isSameKey(certificate.publicKey.der, key.publicKey)) {
    const message = `the key is not that of the authority ${certificate.subject.text}`;
    throw new IssueError('KEY_MISMATCH', message);
  }
  const { policies, name } = requestOf(chain, certificate);
  return {
    certificate,
    key,
    keyIdentifier: certificate.subjectKeyId ?? keyIdentifierOf(key.publicKey),
    chain,
    policies: readPolicies(policies),
    // The common name of the leaf that was asked for is that of a path.
    path: name as PathName,
    depthLeft: depthLeft(certificates),
  };
}

/** How many authorities there may be below the first; null for any number. */
function depthLeft(certificates: readonly Certificate[]): number | null {
  const limits = certificates.map(
    ({ basicConstraints }, below) => (basicConstraints?.pathLength ?? Infinity) - below,
  );
  const least = Math.min(...limits);
  return least === Infinity ? null : least;
}

/** Without the root. Each must be an authority's, and the next one's key must have signed it. */
function linked(certificates: readonly Certificate[], now: number): readonly Certificate[] {
  const links = new ChainLinks();
  return certificates.filter((certificate, index) => {
    const refusal = anchorRefusal(certificate, now);
    if (refusal !== null) throw new IssueError('AUTHORITY_INVALID', refusal.message);
    const above = certificates[index + 1];
    if (above === undefined || links.isSigned(certificate, above))
      return !links.isSigned(certificate, certificate);
    const who = `${above.subject.text}, which follows it`;
    const message = `the certificate ${certificate.subject.text} was not issued by ${who}; each is followed by that of its issuer`;
    throw new IssueError('AUTHORITY_INVALID', message);
  });
}

/** What somebody asks for who shows a certificate of this chain for its path. */
function requestOf(chain: readonly Certificate[], { subject }: Certificate): ChainRequest {
  const extension = encodeExtension({ kind: 'policy-info' });
  try {
    return readChain([{ commonName: '.', extension }, ...chain]);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const message = `the authority ${subject.text} cannot sign: ${error.message}`;
    throw new IssueError('AUTHORITY_INVALID', message, { cause: error });
  }
}
