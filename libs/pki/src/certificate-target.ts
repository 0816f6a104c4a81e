import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { IssueError } from './issue-error.ts';
import { readCertificates } from './issuer.ts';
import { isSameKey } from './same-key.ts';

/**
 * A certificate may take the place of an earlier one for the same key (a `SubjectPublicKeyInfo` in DER; null
 * for one that is yet to be made), and of nothing else: whoever asks for it chose how its file is called.
 * Throws `IssueError` `FILE_UNWRITABLE`.
 */
export async function checkReplaceable(path: string, publicKey: Uint8Array | null): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isFile()) throw inTheWay(path, 'is no plain file');
  const [present] = await readCertificates(path).catch((error: unknown) => {
    throw error instanceof IssueError ? inTheWay(path, 'is no certificate', error) : error;
  });
  const presentKey = present?.publicKey.der ?? null;
  if (presentKey !== null && publicKey !== null && isSameKey(presentKey, publicKey)) return;
  throw inTheWay(path, 'is the certificate of another key');
}

/** Throws `IssueError` `USAGE_INVALID` when a file that is written is one that is needed. */
export function checkApart(path: string, others: readonly string[]): void {
  if (!others.some((other) => resolve(other) === resolve(path))) return;
  throw new IssueError('USAGE_INVALID', `${path} would be overwritten; nothing was written`);
}

function inTheWay(path: string, why: string, cause?: unknown): IssueError {
  const remedy = 'move it away, or work in another folder';
  const message = `${path} is there already, and ${why}; ${remedy}`;
  return new IssueError('FILE_UNWRITABLE', message, { cause });
}
