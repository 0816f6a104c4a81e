import {
  IssueError,
  readCertificates,
  readKeyFile,
  Revocations,
  verifyChain,
  writeCertificates,
  type Certificate,
} from '@albatross/pki';
import { StartError } from '@albatross/shared/runtime/run';
import { X509Certificate } from 'node:crypto';

/** The three files of the original's command line. */
export interface ServerFiles {
  /** One certificate: the authority whose clients are let in. */
  readonly ca: string;
  /** That of the gateway itself, and those that lead from it to one that clients trust. */
  readonly certificate: string;
  /** And its key. */
  readonly key: string;
}

/** What the gateway shows clients, both in PEM. */
export interface ServerIdentity {
  readonly certificates: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
}

/** Throws `StartError` when it is no authority, or the file holds several. */
export async function readAnchor(path: string, now: number): Promise<Certificate> {
  const [anchor, another] = await reading('CA', readCertificates(path));
  if (anchor === undefined || another !== undefined)
    throw new StartError(
      `CA: ${path} holds several certificates; it takes that of the one authority whose clients are let in`,
    );
  const problem = anchorProblem(anchor, now);
  // What is only a matter of time may be so of a clock that is not set yet.
  if (problem !== null && !problem.isTemporary) throw new StartError(`CA: ${problem.message}`);
  return anchor;
}

/** Why nobody can be let in by this authority; null when somebody can. */
export function anchorProblem(
  anchor: Certificate,
  now: number,
): { readonly message: string; readonly isTemporary: boolean } | null {
  const verdict = verifyChain({
    sent: [anchor.der],
    anchor,
    now,
    revocations: new Revocations([]),
  });
  // Shown as a client's, a good one is refused for just that, and any other for what is wrong with it.
  if (verdict.kind === 'verified' || verdict.reason === 'ca-as-leaf') return null;
  const { reason, message } = verdict;
  return { message, isTemporary: reason === 'expired' || reason === 'not-yet-valid' };
}

/** Throws `StartError`. */
export async function readServerIdentity({
  certificate: certificateFile,
  key: keyFile,
}: Pick<ServerFiles, 'certificate' | 'key'>): Promise<ServerIdentity> {
  const certificates = await reading('CERT', readCertificates(certificateFile));
  const { key } = await reading('KEY', readKeyFile(keyFile));
  const own = certificates[0];
  if (own === undefined || !new X509Certificate(own.der).checkPrivateKey(key))
    throw new StartError(
      `KEY: the key in ${keyFile} is not that of the first certificate in ${certificateFile}`,
    );
  return {
    certificates: writeCertificates(certificates.map(({ der }) => der)),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    notAfter: own.notAfter,
  };
}

async function reading<T>(what: 'CA' | 'CERT' | 'KEY', result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof IssueError) throw new StartError(`${what}: ${error.message}`);
    throw error;
  }
}
