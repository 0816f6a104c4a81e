import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCertificates } from '../write-pem.ts';
import { openssl } from './openssl.ts';
import { NOW } from './parties.ts';

export interface ChainInDer {
  readonly sent: readonly Uint8Array[];
  readonly anchor: Uint8Array;
  /** Revocation lists in PEM, of every authority of the chain; none asks for none. */
  readonly lists?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/** What `openssl verify` says against the chain of a client; null when it accepts it. */
export async function opensslRefusal({
  sent: [leaf = new Uint8Array(), ...others],
  anchor,
  lists = [],
  now = NOW,
}: ChainInDer): Promise<string | null> {
  const options = ['-x509_strict', '-purpose', 'sslclient', '-attime', `${Math.floor(now / 1000)}`];
  const files = {
    anchor: writeCertificates([anchor]),
    others: writeCertificates(others),
    lists: lists.join(''),
    leaf: writeCertificates([leaf]),
  };
  return await withFiles(files, async (folder) => {
    const at = (name: string): string => join(folder, name);
    const trusted = ['-no-CApath', '-no-CAstore', '-CAfile', at('anchor')];
    const untrusted = others.length > 0 ? ['-untrusted', at('others')] : [];
    const revoked = lists.length > 0 ? ['-crl_check_all', '-CRLfile', at('lists')] : [];
    const all = [...options, ...trusted, ...untrusted, ...revoked];
    const { status, output } = await openssl(['verify', ...all, at('leaf')]);
    return status === 0 ? null : output;
  });
}

export async function withFiles<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pki-'));
  try {
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), content);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
