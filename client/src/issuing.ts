import type * as library from '@albatross/pki';
import type { Certificate } from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';

export type Pki = typeof library;

/**
 * Does what needs certificates. Their library is loaded here, not at the start: no other command needs it.
 * Throws a `Failure`, of the code of the `IssueError` that was thrown.
 */
export async function withPki<T>(work: (pki: Pki) => Promise<T>): Promise<T> {
  const pki = await import('@albatross/pki');
  try {
    return await work(pki);
  } catch (error) {
    throw error instanceof pki.IssueError ? new Failure(error.code, error.message) : error;
  }
}

/** The authority that a server trusts. Throws an `IssueError`, or a `Failure` `CERTIFICATE_INVALID`. */
export async function readAuthority(pki: Pki, file: string): Promise<Certificate> {
  const [authority, another] = await pki.readCertificates(file);
  if (authority !== undefined && another === undefined) return authority;
  throw new Failure(
    'CERTIFICATE_INVALID',
    `${file} cannot be read: a server trusts one authority, and there are several certificates`,
  );
}

/** As RFC 3339 has it, in seconds. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
