import { Failure } from '@albatross/shared/contracts/failures';
import type { Folders } from '@albatross/shared/runtime/folders';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { withPki } from '../issuing.ts';
import { authorityPlace, tlsFiles } from './places.ts';

export interface CertificateOptions {
  /** Of the authority; null takes the one that is there, or `albatross`. */
  readonly name: string | null;
  /**
   * Names and addresses of this host; the first is what its certificate is called. Without any, those of the
   * certificate that is renewed, else `hostName`.
   */
  readonly hosts: readonly string[];
  readonly hostName: string;
  /** Whether the gateway's certificate is issued anew though it is there. */
  readonly isRenewed: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Certificates {
  readonly name: string;
  /** Files, of which nothing was there. */
  readonly made: readonly string[];
  /** Where the key of the authority is put. */
  readonly keyFile: string;
  /** Whether the gateway may have read another one before. */
  readonly isRenewed: boolean;
  /** Those for which the certificate that is there is not. */
  readonly unknownHosts: readonly string[];
  readonly serverCertificate: string;
}

/** An authority and the certificate of the TLS gateway, as far as they are missing. Throws a `Failure`. */
export async function makeCertificates(
  { conf }: Folders,
  { name, hosts, hostName, isRenewed, now }: CertificateOptions,
): Promise<Certificates> {
  const { folder, database } = authorityPlace(conf);
  const { authority, certificate: serverCertificate, key } = tlsFiles(conf);
  const isThere = existsSync(serverCertificate);
  const known = isThere && isRenewed ? namesIn(await readFile(serverCertificate)) : [];
  if (isRenewed && hosts.length + known.length === 0)
    throw nothingToRenew(serverCertificate, isThere);
  const [first = hostName, ...others] = hosts.length > 0 ? hosts : known;
  const endpoint = await withPki(
    async (pki) =>
      await pki.makeEndpoint({
        name,
        hosts: [first, ...others],
        keyFileOf: (name) => join(folder, `${name}.key`),
        databaseFile: database,
        certificateFile: authority,
        serverKeyFile: key,
        serverCertificateFile: serverCertificate,
        isRenewed,
        now,
      }),
  );
  const { made, files } = endpoint;
  const unknownHosts = made.includes(serverCertificate)
    ? []
    : unknownIn(await readFile(serverCertificate), hosts);
  return {
    name: endpoint.name,
    made,
    keyFile: files.keyFile,
    isRenewed: isThere && made.includes(serverCertificate),
    unknownHosts,
    serverCertificate,
  };
}

/** Clients of ours look at names only where there are some: what had none may not get one unasked. */
function nothingToRenew(file: string, isThere: boolean): Failure {
  const why = isThere ? `${file} is for no names` : `there is no certificate in ${file}`;
  return new Failure(
    'USAGE_INVALID',
    `${why}: give those of this host, as in --server host.example.org`,
  );
}

/** As `albatross setup` issued it: each with its kind before it. */
function namesIn(pem: Buffer): readonly string[] {
  const names = certificateIn(pem)?.subjectAltName?.split(', ') ?? [];
  return names.map((name) => name.replace(/^(?:DNS|IP Address):/, ''));
}

/** Clients of ours look at names only where a certificate has some. */
function unknownIn(pem: Buffer, hosts: readonly string[]): readonly string[] {
  const certificate = certificateIn(pem);
  if (certificate === null) return hosts;
  if (certificate.subjectAltName === undefined) return [];
  return hosts.filter((host) => {
    const known = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
    return known === undefined;
  });
}

function certificateIn(pem: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}
