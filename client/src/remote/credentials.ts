import type { VerifiedChain } from '@albatross/pki';
import type { Name } from '@albatross/shared/domain/name';
import { Failure } from '@albatross/shared/contracts/failures';
import { ChainError, readChain, type WireCommand } from '@albatross/wire';
import { readAuthority, type Pki } from '../issuing.ts';
import type { RemotePlace } from './destination-options.ts';

/** What is shown to a server, and what it has to lead to. All in PEM. */
export interface Credentials {
  readonly certificatesPem: string;
  readonly keyPem: string;
  readonly serverCaPem: string;
}

/**
 * A certificate for one command, with a key of its own, and those above it. Throws an `IssueError`, or a
 * `Failure` `CHAIN_UNTRUSTED`.
 */
export async function ownCredentials(
  pki: Pki,
  { caFile, caKeyFile, serverCaFile, ...place }: RemotePlace,
  commonName: string,
  command: WireCommand,
): Promise<Credentials> {
  const keyType = pki.parseKeyType(place.keyType ?? pki.KEY_TYPE_DEFAULT);
  const now = Date.now();
  const issuer = await pki.openIssuer({ certificateFile: caFile, keyFile: caKeyFile }, now);
  const leaf = await pki.issueLeaf(issuer, { command, commonName, keyType, now });
  const { certificatesPem, keyPem, certificates } = leaf;
  const { serverCaPem } = await trustedBy(pki, certificates, serverCaFile);
  return { certificatesPem, keyPem, serverCaPem };
}

/** A certificate that somebody signed before, and what it is for. */
interface Prepared {
  readonly credentials: Credentials;
  /** As the server sees it, with the path of the certificates. */
  readonly name: Name;
  readonly command: WireCommand;
}

export interface PreparedFiles {
  /** In PEM: the certificate, then those of the authorities above it. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly serverCaFile: string;
}

/** Throws an `IssueError`, or a `Failure`: `CHAIN_UNTRUSTED`, `KEY_MISMATCH` or `CERTIFICATE_INVALID`. */
export async function preparedCredentials(pki: Pki, files: PreparedFiles): Promise<Prepared> {
  const { certificateFile, keyFile, serverCaFile } = files;
  const certificates = await pki.readCertificates(certificateFile);
  const { key, publicKey } = await pki.readKeyFile(keyFile);
  const sent = certificates.map(({ der }) => der);
  const { path, serverCaPem } = await trustedBy(pki, sent, serverCaFile);
  if (!pki.isSameKey(path[0].publicKey.der, publicKey))
    throw new Failure('KEY_MISMATCH', `${keyFile} is not the key of ${certificateFile}`);
  const certificatesPem = pki.writeCertificates(path.map(({ der }) => der));
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { name, command } = orderIn(path, certificateFile);
  return { credentials: { certificatesPem, keyPem, serverCaPem }, name, command };
}

/** That certificates lead to the authority of a server, as that will see it. */
interface Trust {
  /** The authority. */
  readonly serverCaPem: string;
  /** From the leaf to what the authority issued. */
  readonly path: VerifiedChain['path'];
}

/** `certificates` in DER, the leaf first. Throws a `Failure` `CHAIN_UNTRUSTED`, or as `readAuthority` does. */
async function trustedBy(
  pki: Pki,
  certificates: readonly Uint8Array[],
  serverCaFile: string,
): Promise<Trust> {
  const anchor = await readAuthority(pki, serverCaFile);
  const revocations = new pki.Revocations([]);
  const verdict = pki.verifyChain({ sent: certificates, anchor, now: Date.now(), revocations });
  if (verdict.kind === 'verified')
    return { serverCaPem: pki.writeCertificates([anchor.der]), path: verdict.path };
  throw new Failure(
    'CHAIN_UNTRUSTED',
    `the server would not accept the certificates, if its authority is that of ${serverCaFile}: ${verdict.message}`,
    { reason: verdict.reason },
  );
}

function orderIn(path: VerifiedChain['path'], file: string): ReturnType<typeof readChain> {
  try {
    return readChain(path);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new Failure('CERTIFICATE_INVALID', `${file} is for no command: ${error.message}`);
  }
}
